// SPDX-License-Identifier: MIT
#include "store/schema.hpp"

#include "store/rooms.hpp"
#include "store/users.hpp"
#include "unit/store/fresh_database.hpp"

#include <gtest/gtest.h>

namespace classcast::store {
namespace {

TEST(Schema, VersionsAreConsecutive) {
  int expected = 1;
  for (const auto& migration : migrations()) EXPECT_EQ(migration.version, expected++);
}

TEST(Schema, EmptyDatabaseIsBroughtToTheNewestVersion) {
  auto database = empty_database();
  EXPECT_EQ(schema_version(*database).value(), 0);
  ASSERT_TRUE(migrate(*database));
  EXPECT_EQ(schema_version(*database).value(), static_cast<int>(migrations().size()));
}

TEST(Schema, MigratingTwiceChangesNothing) {
  auto database = empty_database();
  ASSERT_TRUE(migrate(*database));
  ASSERT_TRUE(add_room(*database, {*RoomId::parse("room-1"), "One"}, 1));
  ASSERT_TRUE(migrate(*database));
  EXPECT_EQ(list_rooms(*database)->size(), 1U);
}

TEST(Schema, NewerDatabaseIsRefused) {
  auto database = empty_database();
  ASSERT_TRUE(migrate(*database));
  ASSERT_TRUE(database->run("INSERT INTO schema_migrations (version, name, applied_ms) VALUES ($1, $2, $3)",
                            {std::int64_t{999}, std::string("from the future"), std::int64_t{1}}));
  auto result = migrate(*database);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::conflict);
}

TEST(Schema, IsCommentedLikeADocument) {
  for (const auto& migration : migrations()) {
    EXPECT_NE(migration.sql.find("-- "), std::string_view::npos) << migration.name;
  }
}

/// A database of an earlier schema with a person, a room, its device and its diary in it.
std::unique_ptr<Database> database_of(int version) {
  auto database = empty_database();
  EXPECT_TRUE(migrate(*database, version));
  for (const auto* row :
       {"INSERT INTO users (name, name_key, role, password_hash, created_ms) VALUES ('A', 'a', 'teacher', "
        "'h', 1)",
        "INSERT INTO rooms (id, name, created_ms) VALUES ('room-1', 'One', 1)",
        "INSERT INTO devices (room_id, credential_hash, created_ms) VALUES ('room-1', 'x', 1)",
        "INSERT INTO sessions (token_hash, user_id, csrf, created_ms, seen_ms) VALUES ('t', 1, 'c', 5, 5)",
        "INSERT INTO status_diary (room_id, at_ms, state, cause, detail, since_ms)"
        " VALUES ('room-1', 1, 'live', 'none', '', 1)"}) {
    EXPECT_TRUE(database->script(row)) << row;
  }
  return database;
}

TEST(Schema, EveryEarlierSchemaIsBroughtToTheNewestWithItsContent) {
  for (int version = 1; version < static_cast<int>(migrations().size()); ++version) {
    auto database = database_of(version);
    ASSERT_TRUE(migrate(*database)) << version;
    EXPECT_EQ(schema_version(*database).value(), static_cast<int>(migrations().size()));
    EXPECT_EQ((*find_user(*database, "A"))->role, Role::teacher) << version;
    auto rooms = list_rooms(*database);
    ASSERT_EQ(rooms->size(), 1U) << version;
    EXPECT_EQ(rooms->front().kind, RoomKind::classroom);
    EXPECT_FALSE(rooms->front().archived);
  }
}

TEST(Database, UnknownUrlIsRefusedWithoutItsPassword) {
  auto database = open_database("mysql://user:geheim@host/db");
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, Errc::invalid);
  EXPECT_EQ(database.error().message.find("geheim"), std::string::npos);
}

TEST(Database, MissingFolderIsUnavailable) {
  auto database = open_database("sqlite:/nonexistent/folder/server.db");
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, Errc::unavailable);
}

TEST(Database, ParametersAreBoundByNumberNotByAppearance) {
  auto database = empty_database();
  auto answer =
      database->run("SELECT CAST($2 AS TEXT), CAST($1 AS BIGINT)", {std::int64_t{1}, std::string("two")});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->rows.front().text(0), "two");
  EXPECT_EQ(answer->rows.front().integer(1), 1);
}

TEST(Database, WrongNumberOfParametersIsAnError) {
  auto database = empty_database();
  EXPECT_FALSE(database->run("SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT)", {std::int64_t{1}}));
  EXPECT_FALSE(database->run("SELECT 1", {std::int64_t{1}}));
}

TEST(Transaction, RollsBackWhenItDiesUncommitted) {
  auto database = empty_database();
  ASSERT_TRUE(migrate(*database));
  {
    auto transaction = Transaction::begin(*database);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(add_room(*database, {*RoomId::parse("lost"), "Lost"}, 1));
  }
  EXPECT_TRUE(list_rooms(*database)->empty());
}

TEST(Transaction, CommitKeepsEverything) {
  auto database = empty_database();
  ASSERT_TRUE(migrate(*database));
  {
    auto transaction = Transaction::begin(*database);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(add_room(*database, {*RoomId::parse("kept"), "Kept"}, 1));
    ASSERT_TRUE(transaction->commit());
  }
  EXPECT_EQ(list_rooms(*database)->size(), 1U);
}

}  // namespace
}  // namespace classcast::store
