// SPDX-License-Identifier: MIT
#include "store/devices.hpp"
#include "store/diary.hpp"
#include "store/rooms.hpp"
#include "store/schema.hpp"
#include "store/sessions.hpp"
#include "store/users.hpp"
#include "unit/store/fresh_database.hpp"

#include <gtest/gtest.h>

namespace classcast::store {
namespace {

class Queries : public testing::Test {
 protected:
  void SetUp() override { database = fresh_database(); }

  static RoomId room(std::string_view id) { return *RoomId::parse(id); }
  User make_user(const char* name) { return *add_user(*database, {0, name, Role::teacher, "hash"}, 1); }

  std::unique_ptr<Database> database;
};

TEST_F(Queries, UserIsFoundWhateverTheCase) {
  auto anna = make_user("Anna");
  auto found = find_user(*database, "aNNa");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->id, anna.id);
  EXPECT_EQ((*found)->name, "Anna");
  EXPECT_EQ((*found)->role, Role::teacher);
  EXPECT_EQ((*found)->password_hash, "hash");
  EXPECT_FALSE(find_user(*database, "bert")->has_value());
  EXPECT_EQ(*count_users(*database), 1);
}

TEST_F(Queries, NameIsTakenWhateverTheCase) {
  make_user("Anna");
  auto second = add_user(*database, {0, "ANNA", Role::guest, "x"}, 1);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::conflict);
}

TEST_F(Queries, HostileTextIsData) {
  const std::string name = "x'; DROP TABLE users; --";
  make_user(name.c_str());
  EXPECT_TRUE(find_user(*database, name)->has_value());
  EXPECT_EQ(*count_users(*database), 1);
}

TEST_F(Queries, SessionsComeBackWithTheirUser) {
  auto anna = make_user("Anna");
  ASSERT_TRUE(add_session(*database, {"h1", anna.id, "", Role::guest, "csrf", 100, 200}));
  auto sessions = load_sessions(*database, 50, 50, 10);
  ASSERT_TRUE(sessions);
  ASSERT_EQ(sessions->size(), 1U);
  EXPECT_EQ(sessions->front().user_name, "Anna");
  EXPECT_EQ(sessions->front().role, Role::teacher);
  EXPECT_EQ(sessions->front().csrf, "csrf");
  EXPECT_EQ(sessions->front().seen_ms, 200);
}

TEST_F(Queries, OldSessionsAreNeitherLoadedNorKept) {
  auto anna = make_user("Anna");
  ASSERT_TRUE(add_session(*database, {"old", anna.id, "", Role::guest, "c", 10, 1000}));
  ASSERT_TRUE(add_session(*database, {"idle", anna.id, "", Role::guest, "c", 1000, 10}));
  ASSERT_TRUE(add_session(*database, {"good", anna.id, "", Role::guest, "c", 1000, 1000}));
  EXPECT_EQ(load_sessions(*database, 100, 100, 10)->size(), 1U);
  EXPECT_EQ(*remove_old_sessions(*database, 100, 100), 2);
  EXPECT_EQ(load_sessions(*database, 0, 0, 10)->size(), 1U);
}

TEST_F(Queries, TouchAndRemoveSession) {
  auto anna = make_user("Anna");
  ASSERT_TRUE(add_session(*database, {"h", anna.id, "", Role::guest, "c", 10, 10}));
  ASSERT_TRUE(touch_session(*database, "h", 77));
  EXPECT_EQ(load_sessions(*database, 0, 0, 10)->front().seen_ms, 77);
  ASSERT_TRUE(remove_session(*database, "h"));
  EXPECT_TRUE(load_sessions(*database, 0, 0, 10)->empty());
}

TEST_F(Queries, SessionOfNobodyIsRefused) {
  auto added = add_session(*database, {"h", 4711, "", Role::guest, "c", 10, 10});
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, Errc::not_found);
}

TEST_F(Queries, RoomsAreListedById) {
  ASSERT_TRUE(add_room(*database, {room("room-2"), "Two"}, 1));
  ASSERT_TRUE(add_room(*database, {room("room-1"), "Öne \"x\""}, 1));
  auto rooms = list_rooms(*database);
  ASSERT_EQ(rooms->size(), 2U);
  EXPECT_EQ(rooms->front().name, "Öne \"x\"");
  auto twice = add_room(*database, {room("room-1"), "Again"}, 1);
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code, Errc::conflict);
}

TEST_F(Queries, RemovedRoomTakesItsDeviceAndDiaryAlong) {
  ASSERT_TRUE(add_room(*database, {room("room-1"), "One"}, 1));
  ASSERT_TRUE(set_device(*database, {room("room-1"), "abc"}, 1));
  ASSERT_TRUE(add_diary_entry(*database, {room("room-1"), 5, "live", "none", "", 5}));
  ASSERT_TRUE(remove_room(*database, room("room-1")));
  EXPECT_TRUE(list_devices(*database)->empty());
  EXPECT_TRUE(diary_of(*database, room("room-1"), {})->empty());
  EXPECT_EQ(remove_room(*database, room("room-1")).error().code, Errc::not_found);
}

TEST_F(Queries, NewCredentialReplacesTheFormer) {
  ASSERT_TRUE(add_room(*database, {room("room-1"), "One"}, 1));
  ASSERT_TRUE(set_device(*database, {room("room-1"), "first"}, 1));
  ASSERT_TRUE(set_device(*database, {room("room-1"), "second"}, 2));
  auto devices = list_devices(*database);
  ASSERT_EQ(devices->size(), 1U);
  EXPECT_EQ(devices->front().credential_hash, "second");
  EXPECT_EQ(set_device(*database, {room("nowhere"), "x"}, 1).error().code, Errc::not_found);
}

TEST_F(Queries, DiaryKeepsOrderAndKnowsTheNewest) {
  for (const auto* id : {"room-1", "room-2"}) ASSERT_TRUE(add_room(*database, {room(id), "R"}, 1));
  ASSERT_TRUE(add_diary_entry(*database, {room("room-1"), 10, "live", "none", "", 10}));
  ASSERT_TRUE(add_diary_entry(*database, {room("room-2"), 11, "live", "none", "", 11}));
  ASSERT_TRUE(add_diary_entry(*database, {room("room-1"), 12, "stale", "camera", "No pictures.", 12}));
  auto diary = diary_of(*database, room("room-1"), {});
  ASSERT_EQ(diary->size(), 2U);
  EXPECT_EQ(diary->front().state, "stale");
  EXPECT_EQ(diary->front().detail, "No pictures.");
  auto latest = latest_diary_entries(*database);
  ASSERT_EQ(latest->size(), 2U);
  for (const auto& entry : *latest) EXPECT_EQ(entry.at_ms, entry.room == room("room-1") ? 12 : 11);
  EXPECT_EQ(diary_of(*database, room("room-1"), {0, INT64_MAX, INT64_MAX, 1})->size(), 1U);
}

TEST_F(Queries, DiaryIsFilteredByTimeAndForgetsAllButTheNewest) {
  ASSERT_TRUE(add_room(*database, {room("room-1"), "R"}, 1));
  for (std::int64_t at : {10, 20, 30}) {
    ASSERT_TRUE(add_diary_entry(*database, {room("room-1"), at, "live", "none", "", at}));
  }
  auto middle = diary_of(*database, room("room-1"), {15, 25, INT64_MAX, 10});
  ASSERT_EQ(middle->size(), 1U);
  EXPECT_EQ(middle->front().at_ms, 20);
  EXPECT_EQ(diary_of(*database, room("room-1"), {0, INT64_MAX, middle->front().id, 10})->size(), 1U);
  EXPECT_EQ(diary_at(*database, room("room-1"), 29)->front().at_ms, 20);
  EXPECT_TRUE(diary_at(*database, room("room-1"), 9)->empty());
  EXPECT_EQ(*remove_old_diary(*database, 1000), 2);
  EXPECT_EQ(diary_of(*database, room("room-1"), {})->front().at_ms, 30);
}

TEST_F(Queries, UsersAreSearchedAndPaged) {
  for (const auto* name : {"Anna", "Bert", "Hanna", "100%"}) make_user(name);
  EXPECT_EQ(list_users(*database, {"ann"})->size(), 2U);
  EXPECT_EQ(list_users(*database, {"0%"})->size(), 1U);
  EXPECT_EQ(list_users(*database, {"%"})->size(), 1U);
  EXPECT_EQ(list_users(*database, {"", Role::student})->size(), 0U);
  auto page = list_users(*database, {"", {}, "anna", 1});
  ASSERT_EQ(page->size(), 1U);
  EXPECT_EQ(page->front().name, "Bert");
}

TEST_F(Queries, UserIsChangedAndRemoved) {
  auto anna = make_user("Anna");
  make_user("Bert");
  anna.name = "Bert";
  EXPECT_EQ(update_user(*database, anna).error().code, Errc::conflict);
  anna.name = "Änne";
  anna.role = Role::admin;
  anna.disabled = true;
  ASSERT_TRUE(update_user(*database, anna));
  auto found = find_user(*database, anna.id);
  EXPECT_EQ((*found)->name, "Änne");
  EXPECT_TRUE((*found)->disabled);
  EXPECT_EQ(*count_other_administrators(*database, 0), 0);
  ASSERT_TRUE(remove_user(*database, anna.id));
  EXPECT_EQ(remove_user(*database, anna.id).error().code, Errc::not_found);
}

TEST_F(Queries, DisabledPersonsSessionsAreNotLoaded) {
  auto anna = make_user("Anna");
  ASSERT_TRUE(add_session(*database, {"h", anna.id, "", Role::guest, "c", 10, 10, "::1", "Firefox"}));
  EXPECT_EQ(load_sessions(*database, 0, 0, 10)->front().browser, "Firefox");
  anna.disabled = true;
  ASSERT_TRUE(update_user(*database, anna));
  EXPECT_TRUE(load_sessions(*database, 0, 0, 10)->empty());
}

TEST_F(Queries, OneTimeCodeCountsOnce) {
  auto anna = make_user("Anna");
  ASSERT_TRUE(use_totp_step(*database, anna.id, 100));
  EXPECT_EQ(use_totp_step(*database, anna.id, 100).error().code, Errc::conflict);
  EXPECT_EQ(use_totp_step(*database, anna.id, 99).error().code, Errc::conflict);
  EXPECT_TRUE(use_totp_step(*database, anna.id, 101));
}

TEST_F(Queries, RoomIsChangedAndKeepsItsOwnersName) {
  auto anna = make_user("Anna");
  Room stage{room("stage-1"), "Stage", RoomKind::stage, "For plays", false, anna.id};
  ASSERT_TRUE(add_room(*database, stage, 1));
  stage.archived = true;
  ASSERT_TRUE(update_room(*database, stage, 2));
  auto found = find_room(*database, stage.id);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->owner_name, "Anna");
  EXPECT_TRUE((*found)->archived);
  EXPECT_EQ((*found)->kind, RoomKind::stage);
  ASSERT_TRUE(remove_user(*database, anna.id));
  EXPECT_FALSE((*find_room(*database, stage.id))->owner_id);
}

TEST_F(Queries, MembersFollowRoomAndPerson) {
  auto anna = make_user("Anna");
  ASSERT_TRUE(add_room(*database, {room("room-1"), "R"}, 1));
  ASSERT_TRUE(set_member(*database, {room("room-1"), anna.id, Membership::member}));
  ASSERT_TRUE(set_member(*database, {room("room-1"), anna.id, Membership::moderator}));
  ASSERT_EQ(list_members(*database)->size(), 1U);
  EXPECT_EQ(list_members(*database)->front().membership, Membership::moderator);
  EXPECT_EQ(set_member(*database, {room("room-1"), 4711}).error().code, Errc::not_found);
  EXPECT_EQ(set_member(*database, {room("nowhere"), anna.id}).error().code, Errc::not_found);
  ASSERT_TRUE(remove_member(*database, room("room-1"), anna.id));
  EXPECT_EQ(remove_member(*database, room("room-1"), anna.id).error().code, Errc::not_found);
}

TEST(Role, NamesAreReadBack) {
  for (auto [role, name] : kRoleNames) EXPECT_EQ(parse_role(text(role)), role) << name;
  EXPECT_FALSE(parse_role("root"));
}

}  // namespace
}  // namespace classcast::store
