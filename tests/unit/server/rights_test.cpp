// SPDX-License-Identifier: MIT
#include "server/rights.hpp"

#include "server/members.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace classcast::server {
namespace {

using store::Role;

std::string rights(Role role, Relation relation) {
  std::string all;
  for (auto right : rights_of(role, relation))
    all += std::string(all.empty() ? "" : " ") + std::string(text(right));
  return all;
}

/// The table of docs/ref/protocol.md §6, written out a second time.
TEST(Rights, AreThoseOfTheDocument) {
  const std::string all = "see watch read write moderate publish record diary edit own device";
  const std::string member = "see watch read write";
  const std::string moderator = "see watch read write moderate publish diary";
  const std::string owner = "see watch read write moderate publish record diary edit own";
  for (auto relation : {Relation::none, Relation::member, Relation::moderator, Relation::owner})
    EXPECT_EQ(rights(Role::admin, relation), all);
  for (auto role : {Role::teacher, Role::assistant}) {
    EXPECT_EQ(rights(role, Relation::none), "");
    EXPECT_EQ(rights(role, Relation::member), member);
    EXPECT_EQ(rights(role, Relation::moderator), moderator);
    EXPECT_EQ(rights(role, Relation::owner), owner);
  }
  EXPECT_EQ(rights(Role::principal, Relation::none), "see watch read write moderate record diary");
  EXPECT_EQ(rights(Role::principal, Relation::owner), owner);
  EXPECT_EQ(rights(Role::student, Relation::none), "");
  EXPECT_EQ(rights(Role::guest, Relation::none), "");
}

TEST(Rights, StudentsAndGuestsAreNeverMoreThanMembers) {
  for (auto relation : {Relation::member, Relation::moderator, Relation::owner}) {
    EXPECT_EQ(rights(Role::student, relation), "see watch read write");
    EXPECT_EQ(rights(Role::guest, relation), "see watch read");
  }
}

TEST(Rights, WithoutSeeingThereIsNothing) {
  for (auto [role, name] : store::kRoleNames) {
    for (auto relation : {Relation::none, Relation::member, Relation::moderator, Relation::owner}) {
      if (!allowed(Right::see, role, relation)) {
        EXPECT_EQ(rights(role, relation), "") << name;
      }
    }
  }
}

TEST(Members, OwnerComesBeforeMembership) {
  const auto room = *RoomId::parse("room-1");
  Members members;
  members.load({{room, "One", store::RoomKind::classroom, "", false, 1}},
               {{room, 1, store::Membership::member}, {room, 2, store::Membership::moderator}});
  EXPECT_EQ(members.relation(room, 1), Relation::owner);
  EXPECT_EQ(members.relation(room, 2), Relation::moderator);
  EXPECT_EQ(members.relation(room, 3), Relation::none);
  EXPECT_EQ(members.relation(*RoomId::parse("room-2"), 1), Relation::none);
  EXPECT_EQ(members.of(room).size(), 2U);
  members.remove_user(1);
  EXPECT_EQ(members.relation(room, 1), Relation::none);
  members.remove(room, 2);
  EXPECT_EQ(members.relation(room, 2), Relation::none);
}

}  // namespace
}  // namespace classcast::server
