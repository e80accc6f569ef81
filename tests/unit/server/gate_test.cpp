// SPDX-License-Identifier: MIT
#include "server/gate.hpp"

#include <gtest/gtest.h>

namespace classcast::server {
namespace {

using protocol::ErrorId;
using store::Role;

constexpr const char* kHost = "school.example:8443";
constexpr const char* kOrigin = "https://school.example:8443";
constexpr const char* kCsrf = "0123456789abcdef";

store::Session session_of(Role role) {
  return {"hash", 1, "somebody", role, kCsrf, 1, 1};
}

struct Case {
  const char* name;
  Access access;
  const char* method;
  std::optional<Role> role;
  const char* origin;
  const char* csrf;
  std::optional<ErrorId> refused;
};

class Gate : public testing::TestWithParam<Case> {};

TEST_P(Gate, Decides) {
  const auto& c = GetParam();
  std::optional<store::Session> session;
  if (c.role) session = session_of(*c.role);
  auto refusal = refuse(c.access, {c.method, c.origin, kHost, c.csrf, session ? &*session : nullptr});
  EXPECT_EQ(refusal ? std::optional(refusal->id) : std::nullopt, c.refused);
}

const Case kCases[] = {
    {"open_reading", Access::open, "GET", {}, "", "", {}},
    {"open_change_without_origin", Access::open, "POST", {}, "", "", {}},
    {"open_change_own_origin", Access::open, "POST", {}, kOrigin, "", {}},
    {"open_change_foreign_origin", Access::open, "POST", {}, "https://evil.example", "", ErrorId::forbidden},
    {"open_change_null_origin", Access::open, "POST", {}, "null", "", ErrorId::forbidden},
    {"open_change_plain_http",
     Access::open,
     "POST",
     {},
     "http://school.example:8443",
     "",
     ErrorId::forbidden},
    {"open_change_other_port", Access::open, "POST", {}, "https://school.example", "", ErrorId::forbidden},
    {"open_reading_foreign_origin", Access::open, "GET", {}, "https://evil.example", "", {}},
    {"foreign_change_foreign_origin", Access::foreign, "POST", {}, "https://evil.example", "", {}},
    {"stranger_reading", Access::signed_in, "GET", {}, "", "", ErrorId::unauthenticated},
    {"stranger_changing", Access::signed_in, "POST", {}, kOrigin, kCsrf, ErrorId::unauthenticated},
    {"guest_reading", Access::signed_in, "GET", Role::guest, "", "", {}},
    {"guest_changing", Access::signed_in, "DELETE", Role::guest, kOrigin, kCsrf, {}},
    {"missing_csrf", Access::signed_in, "DELETE", Role::admin, kOrigin, "", ErrorId::forbidden},
    {"wrong_csrf", Access::signed_in, "DELETE", Role::admin, kOrigin, "0123456789abcdee", ErrorId::forbidden},
    {"csrf_but_foreign_origin", Access::signed_in, "POST", Role::admin, "https://evil.example", kCsrf,
     ErrorId::forbidden},
    {"csrf_without_origin", Access::signed_in, "POST", Role::admin, "", kCsrf, {}},
    {"stranger_as_admin", Access::admin, "POST", {}, kOrigin, kCsrf, ErrorId::unauthenticated},
    {"admin", Access::admin, "POST", Role::admin, kOrigin, kCsrf, {}},
    {"admin_without_csrf", Access::admin, "PUT", Role::admin, kOrigin, "", ErrorId::forbidden},
    {"principal_as_admin", Access::admin, "POST", Role::principal, kOrigin, kCsrf, ErrorId::forbidden},
    {"teacher_as_admin", Access::admin, "POST", Role::teacher, kOrigin, kCsrf, ErrorId::forbidden},
    {"assistant_as_admin", Access::admin, "GET", Role::assistant, "", "", ErrorId::forbidden},
    {"student_as_admin", Access::admin, "POST", Role::student, kOrigin, kCsrf, ErrorId::forbidden},
    {"guest_as_admin", Access::admin, "POST", Role::guest, kOrigin, kCsrf, ErrorId::forbidden},
};

INSTANTIATE_TEST_SUITE_P(Table, Gate, testing::ValuesIn(kCases),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(GateOfTokens, TokenNeedsNoCsrfAndNoOriginButCannotActAsAPerson) {
  auto session = session_of(Role::admin);
  Caller token{"POST", "https://evil.example", kHost, "", &session, true};
  EXPECT_FALSE(refuse(Access::signed_in, token));
  EXPECT_FALSE(refuse(Access::admin, token));
  EXPECT_EQ(refuse(Access::person, token)->id, ErrorId::forbidden);
  token.read_only = true;
  EXPECT_EQ(refuse(Access::signed_in, token)->id, ErrorId::forbidden);
  token.method = "GET";
  EXPECT_FALSE(refuse(Access::signed_in, token));
}

TEST(GateOfRoles, TeachingIsForThreeRoles) {
  for (auto [role, name] : store::kRoleNames) {
    auto session = session_of(role);
    bool teaches = role == Role::admin || role == Role::principal || role == Role::teacher;
    EXPECT_EQ(!refuse(Access::teaching, {"GET", "", kHost, "", &session}), teaches) << name;
  }
}

TEST(RoomGate, AnswersForAHiddenRoomAsForNone) {
  auto none = refuse_room({false, Relation::none, Right::watch}, Role::student);
  auto hidden = refuse_room({true, Relation::none, Right::watch}, Role::student);
  ASSERT_TRUE(none && hidden);
  EXPECT_EQ(none->id, ErrorId::not_found);
  EXPECT_EQ(hidden->id, none->id);
  EXPECT_EQ(hidden->detail, none->detail);
  EXPECT_EQ(refuse_room({true, Relation::member, Right::edit}, Role::student)->id, ErrorId::forbidden);
  EXPECT_FALSE(refuse_room({true, Relation::member, Right::watch}, Role::student));
  EXPECT_EQ(refuse_room({false, Relation::none, Right::see}, Role::admin)->id, ErrorId::not_found);
}

TEST(OwnOrigin, ComparesHostAndPort) {
  EXPECT_TRUE(own_origin("https://School.Example:8443", kHost));
  EXPECT_FALSE(own_origin("https://school.example:8443.evil.example", kHost));
  EXPECT_FALSE(own_origin("https://", ""));
  EXPECT_FALSE(own_origin("", kHost));
}

}  // namespace
}  // namespace classcast::server
