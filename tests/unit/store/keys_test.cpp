// SPDX-License-Identifier: MIT
// Invitations, links, keys for scripts, documents, enrolment, audit and settings.
#include "store/audit.hpp"
#include "store/devices.hpp"
#include "store/documents.hpp"
#include "store/invitations.hpp"
#include "store/rooms.hpp"
#include "store/users.hpp"
#include "unit/store/fresh_database.hpp"

namespace classcast::store {
namespace {

class Keys : public testing::Test {
 protected:
  void SetUp() override {
    database = fresh_database();
    ASSERT_TRUE(add_room(*database, {room, "One"}, 1));
    anna = add_user(*database, {0, "Anna", Role::teacher, "h"}, 1)->id;
  }

  const RoomId room = *RoomId::parse("room-1");
  std::unique_ptr<Database> database;
  std::int64_t anna = 0;
};

TEST_F(Keys, InvitationIsUsedUpAndExpires) {
  Invitation invitation{0, Role::student, 2, 1000, "Class 7", 1, {"room-1"}};
  ASSERT_TRUE(add_invitation(*database, invitation, "code"));
  EXPECT_EQ(list_invitations(*database, 10)->front().rooms, std::vector<std::string>{"room-1"});
  EXPECT_EQ(use_invitation(*database, "wrong", 10).error().code, Errc::not_found);
  EXPECT_EQ(use_invitation(*database, "code", 1000).error().code, Errc::not_found);
  EXPECT_EQ(use_invitation(*database, "code", 10)->rooms.size(), 1U);
  EXPECT_TRUE(use_invitation(*database, "code", 10));
  EXPECT_EQ(use_invitation(*database, "code", 10).error().code, Errc::not_found);
  EXPECT_TRUE(list_invitations(*database, 10)->empty());
}

TEST_F(Keys, InvitationToARoomThatIsNotThereLeavesNothing) {
  Invitation invitation{0, Role::student, 1, 1000, "", 1, {"nowhere"}};
  EXPECT_EQ(add_invitation(*database, invitation, "code").error().code, Errc::not_found);
  EXPECT_TRUE(list_invitations(*database, 10)->empty());
}

TEST_F(Keys, RecoveryIsUsedOnceAndOnlyTheNewestCounts) {
  ASSERT_TRUE(add_recovery(*database, anna, "first", 1000));
  ASSERT_TRUE(add_recovery(*database, anna, "second", 1000));
  EXPECT_EQ(use_recovery(*database, "first", 10).error().code, Errc::not_found);
  EXPECT_EQ(*use_recovery(*database, "second", 10), anna);
  EXPECT_EQ(use_recovery(*database, "second", 10).error().code, Errc::not_found);
  ASSERT_TRUE(add_recovery(*database, anna, "late", 1000));
  EXPECT_EQ(use_recovery(*database, "late", 1000).error().code, Errc::not_found);
}

TEST_F(Keys, DocumentsAreReplacedCountedAndTheirOwnersOnly) {
  auto bert = add_user(*database, {0, "Bert", Role::teacher, "h"}, 1)->id;
  EXPECT_FALSE(find_document(*database, anna, "wall")->has_value());
  ASSERT_TRUE(store_document(*database, anna, "wall", R"({"a":1})", 5));
  ASSERT_TRUE(store_document(*database, anna, "wall", R"({"a":2})", 6));
  EXPECT_EQ(**find_document(*database, anna, "wall"), R"({"a":2})");
  EXPECT_FALSE(find_document(*database, bert, "wall")->has_value());
  for (int i = 1; i < kMostDocuments; ++i) {
    ASSERT_TRUE(store_document(*database, anna, "d" + std::to_string(i), "{}", 7));
  }
  EXPECT_EQ(store_document(*database, anna, "one-more", "{}", 8).error().code, Errc::exhausted);
  EXPECT_TRUE(store_document(*database, anna, "wall", "{}", 9)) << "one that is there can still be replaced";
  EXPECT_EQ(store_document(*database, 999, "wall", "{}", 9).error().code, Errc::not_found);
}

TEST_F(Keys, WhatHasEndedIsRemovedAndNothingElse) {
  ASSERT_TRUE(add_invitation(*database, {0, Role::student, 1, 1000, "", 1, {"room-1"}}, "old"));
  ASSERT_TRUE(add_invitation(*database, {0, Role::student, 1, 3000, "", 1, {}}, "good"));
  ASSERT_TRUE(add_recovery(*database, anna, "link", 1000));
  ASSERT_TRUE(add_api_token(*database, {0, "hash", anna, "", Role::guest, "script", true, 1, 1000}));
  ASSERT_TRUE(remove_expired_keys(*database, 2000));
  // At a time at which they would still have been good.
  EXPECT_EQ(use_invitation(*database, "old", 10).error().code, Errc::not_found);
  EXPECT_EQ(use_recovery(*database, "link", 10).error().code, Errc::not_found);
  EXPECT_TRUE(load_api_tokens(*database, 10)->empty());
  EXPECT_TRUE(use_invitation(*database, "good", 2000));
}

TEST_F(Keys, ApiTokensAreTheirOwnersOnly) {
  ApiToken token{0, "hash", anna, "", Role::guest, "script", true, 1, 1000};
  auto id = add_api_token(*database, token);
  auto loaded = load_api_tokens(*database, 10);
  ASSERT_EQ(loaded->size(), 1U);
  EXPECT_EQ(loaded->front().role, Role::teacher);
  EXPECT_TRUE(loaded->front().read_only);
  EXPECT_TRUE(load_api_tokens(*database, 1000)->empty());
  EXPECT_EQ(remove_api_token(*database, anna + 1, *id).error().code, Errc::not_found);
  EXPECT_TRUE(remove_api_token(*database, anna, *id));
}

TEST_F(Keys, CodeEnrolsOneDeviceOnce) {
  ASSERT_TRUE(add_enrolment(*database, {0, "old", "room-1", 1, 1000, 1}));
  ASSERT_TRUE(add_enrolment(*database, {0, "code", "room-1", 1, 1000, 1}));
  EXPECT_EQ(enrol_device(*database, "old", "pc", "cred", 10).error().code, Errc::not_found);
  EXPECT_EQ(enrol_device(*database, "code", "pc", "cred", 1000).error().code, Errc::not_found);
  EXPECT_EQ(*enrol_device(*database, "code", "pc", "cred", 10), room);
  EXPECT_EQ(list_devices(*database)->front().host, "pc");
  EXPECT_EQ(enrol_device(*database, "code", "pc", "cred2", 10).error().code, Errc::not_found);
  EXPECT_EQ(list_devices(*database)->front().credential_hash, "cred");
}

TEST_F(Keys, TokenEnrolsByHostAndIsNotSpentOnStrangers) {
  ASSERT_TRUE(add_enrolment(*database, {0, "token", {}, 2, 1000, 1, {{"PC-1", "room-1"}}}));
  EXPECT_EQ(enrol_device(*database, "token", "stranger", "c", 10).error().code, Errc::not_found);
  EXPECT_EQ(list_enrolment_tokens(*database, 10)->front().uses_left, 2);
  EXPECT_EQ(*enrol_device(*database, "token", "pc-1", "c1", 10), room);
  EXPECT_EQ(*enrol_device(*database, "token", "ROOM-1", "c2", 10), room);
  EXPECT_EQ(enrol_device(*database, "token", "pc-1", "c3", 10).error().code, Errc::not_found);
}

TEST_F(Keys, AuditIsFilteredAndPaged) {
  for (const auto* action : {"room.watch", "room.create", "user.create"}) {
    ASSERT_TRUE(add_audit_row(*database, {0, 10, anna, "Anna", action, "room-1", "", "::1"}));
  }
  ASSERT_TRUE(add_audit_row(*database, {0, 20, {}, "", "recovery.ask", "", "x", "::1"}));
  EXPECT_EQ(list_audit(*database, {})->size(), 4U);
  EXPECT_EQ(list_audit(*database, {{}, "room."})->size(), 2U);
  EXPECT_EQ(list_audit(*database, {{}, "room%"})->size(), 0U);
  EXPECT_EQ(list_audit(*database, {"Anna"})->size(), 3U);
  AuditFilter page;
  page.limit = 1;
  auto first = list_audit(*database, page);
  EXPECT_EQ(first->front().action, "recovery.ask");
  EXPECT_FALSE(first->front().actor_id);
  page.before = first->front().id;
  EXPECT_EQ(list_audit(*database, page)->front().action, "user.create");
  EXPECT_EQ(*remove_old_audit(*database, 15), 3);
}

TEST_F(Keys, SettingsAreKept) {
  ASSERT_TRUE(store_settings(*database, {{"a", "1"}, {"b", "2"}}));
  ASSERT_TRUE(store_settings(*database, {{"a", "3"}}));
  EXPECT_EQ(load_settings(*database).value(), (std::vector<SettingRow>{{"a", "3"}, {"b", "2"}}));
}

}  // namespace
}  // namespace classcast::store
