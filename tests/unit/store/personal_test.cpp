// SPDX-License-Identifier: MIT
#include "store/personal.hpp"

#include "store/audit.hpp"
#include "store/invitations.hpp"
#include "store/messages.hpp"
#include "store/rooms.hpp"
#include "store/sessions.hpp"
#include "store/users.hpp"
#include "unit/store/fresh_database.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace classcast::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Personal : public testing::Test {
 protected:
  std::int64_t person(const std::string& name, Role role, std::int64_t created_ms, std::int64_t seen_ms = 0) {
    auto added = add_user(*database, {0, name, role, "scrypt$secret"}, created_ms);
    EXPECT_TRUE(added);
    if (seen_ms != 0) {
      EXPECT_TRUE(note_seen(*database, added->id, seen_ms));
    }
    return added->id;
  }
  void room(const std::string& id) {
    EXPECT_TRUE(database->run("INSERT INTO rooms (id, name, created_ms) VALUES ($1, $1, 1)", {id}));
  }
  void write(const std::string& where, std::int64_t author, const std::string& text, std::int64_t at_ms) {
    auto added = add_message(
        *database, {*RoomId::parse(where), author, "somebody", where + std::to_string(at_ms), text}, at_ms);
    EXPECT_TRUE(added);
  }
  std::vector<std::string> texts() {
    std::vector<std::string> all;
    auto answer = database->run("SELECT text FROM messages ORDER BY created_ms, room_id");
    for (const auto& row : answer->rows) all.push_back(row.text(0));
    return all;
  }
  std::vector<std::string> forget(InactiveSince since) {
    auto gone = remove_inactive(*database, since);
    EXPECT_TRUE(gone) << (gone ? "" : gone.error().message);
    std::vector<std::string> names;
    if (!gone) return names;
    for (const auto& one : *gone) names.push_back(one.name);
    std::sort(names.begin(), names.end());
    return names;
  }
  std::unique_ptr<Database> database = fresh_database();
};

TEST_F(Personal, MessagesGoToTheMillisecond) {
  auto anna = person("Anna", Role::teacher, 1);
  room("a");
  room("b");
  write("a", anna, "old", 999);
  write("b", anna, "old elsewhere", 999);
  write("a", anna, "just kept", 1000);
  write("a", anna, "new", 1001);
  ASSERT_TRUE(pin_message(*database, *RoomId::parse("a"), 1, true, 2000));
  EXPECT_EQ(remove_old_messages(*database, 0, 100), 0);
  EXPECT_EQ(remove_old_messages(*database, 1000, 1), 1);
  EXPECT_EQ(remove_old_messages(*database, 1000, 100), 1);
  EXPECT_EQ(remove_old_messages(*database, 1000, 100), 0);
  EXPECT_THAT(texts(), ElementsAre("just kept", "new"));
  // Numbers go on where they were; nothing is written in the place of what is gone.
  write("a", anna, "newest", 1002);
  auto page = messages_before(*database, *RoomId::parse("a"), std::nullopt, 10);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->messages.back().seq, page->seq);
  EXPECT_EQ(page->messages.size(), 3U);
}

TEST_F(Personal, OldMessagesAreFoundByTheirAge) {
  const char* plan = "EXPLAIN QUERY PLAN SELECT room_id, id FROM messages WHERE created_ms < 1";
  if (on_postgres()) {
    ASSERT_TRUE(database->script("SET enable_seqscan = off"));
    plan = "EXPLAIN SELECT room_id, id FROM messages WHERE created_ms < 1";
  }
  auto told = database->run(plan);
  ASSERT_TRUE(told) << told.error().message;
  std::string steps;
  for (const auto& row : told->rows) steps += row.text(on_postgres() ? 0 : 3) + "\n";
  EXPECT_NE(steps.find("messages_created"), std::string::npos) << steps;
}

TEST_F(Personal, UnusedAccountsGoToTheMillisecond) {
  person("seen", Role::teacher, 1, 999);
  person("seen in time", Role::teacher, 1, 1000);
  person("never seen", Role::student, 999);
  person("new", Role::student, 1000);
  person("root", Role::admin, 1, 1);
  EXPECT_THAT(forget({0, 0}), IsEmpty());
  EXPECT_THAT(forget({1000, 0}), ElementsAre("never seen", "seen"));
  EXPECT_THAT(forget({1000, 0}), IsEmpty());
  EXPECT_EQ(count_users(*database), 3);
}

TEST_F(Personal, GuestsMayGoEarlier) {
  person("old guest", Role::guest, 1, 500);
  person("guest", Role::guest, 1, 1500);
  person("teacher", Role::teacher, 1, 1500);
  EXPECT_THAT(forget({0, 1000}), ElementsAre("old guest"));
  EXPECT_THAT(forget({1000, 2000}), ElementsAre("guest"));
}

TEST_F(Personal, OpenSessionsAndKeysInUseKeepAnAccount) {
  auto anna = person("Anna", Role::teacher, 1, 10);
  auto script = person("Script", Role::teacher, 1, 10);
  ASSERT_TRUE(add_session(*database, {"hash", anna, "Anna", Role::teacher, "csrf", 10, 1000}));
  ASSERT_TRUE(database->run(
      "INSERT INTO api_tokens (token_hash, user_id, name, read_only, created_ms, expires_ms, seen_ms)"
      " VALUES ('hash', $1, 'nightly', 1, 10, 9999, 1000)",
      {script}));
  EXPECT_THAT(forget({1000, 1000}), IsEmpty());
  EXPECT_THAT(forget({1001, 0}), ElementsAre("Anna", "Script"));
}

TEST_F(Personal, AllOfAPersonIsTold) {
  auto anna = person("Anna", Role::teacher, 1, 10);
  auto ben = person("Ben", Role::teacher, 1, 10);
  room("a");
  write("a", anna, "mine", 20);
  write("a", ben, "not mine", 21);
  ASSERT_TRUE(add_session(*database, {"hash", anna, "Anna", Role::teacher, "csrf", 10, 1000}));
  ASSERT_TRUE(add_audit_row(*database, {0, 30, anna, "Anna", "room.watch", "a", "", "10.0.0.1"}));
  ASSERT_TRUE(add_audit_row(*database, {0, 31, ben, "Ben", "room.watch", "a", "", "10.0.0.2"}));
  auto data = personal_data(*database, anna);
  ASSERT_TRUE(data) << data.error().message;
  std::string all;
  for (const auto& section : *data) {
    for (const auto& row : section.rows) {
      all += std::string(section.name) + ":";
      for (std::size_t i = 0; i < section.columns.size(); ++i)
        all += " " + (row.is_text(i) ? row.text(i) : std::to_string(row.integer(i)));
      all += "\n";
    }
  }
  EXPECT_THAT(all, testing::HasSubstr("account: " + std::to_string(anna) + " Anna teacher"));
  EXPECT_THAT(all, testing::HasSubstr("messages: a 1 mine 20"));
  EXPECT_THAT(all, testing::HasSubstr("audit: 30 room.watch a  10.0.0.1"));
  for (const auto* foreign : {"not mine", "10.0.0.2", "scrypt", "hash", "csrf"})
    EXPECT_THAT(all, testing::Not(testing::HasSubstr(foreign)));
  EXPECT_EQ(personal_data(*database, 999).error().code, Errc::not_found);
}

TEST_F(Personal, WhatOnePersonWroteGoesAlone) {
  auto anna = person("Anna", Role::teacher, 1);
  auto ben = person("Ben", Role::teacher, 1);
  room("a");
  write("a", anna, "one", 1);
  write("a", ben, "two", 2);
  write("a", anna, "three", 3);
  EXPECT_EQ(remove_messages_of(*database, anna), 2);
  EXPECT_THAT(texts(), ElementsAre("two"));
}

}  // namespace
}  // namespace classcast::store
