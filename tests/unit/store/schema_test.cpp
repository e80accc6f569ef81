// SPDX-License-Identifier: MIT
#include "store/schema.hpp"

#include "store/rooms.hpp"
#include "store/sqlite.hpp"

#include <gtest/gtest.h>

namespace classcast::store {
namespace {

std::unique_ptr<Database> empty_database() {
  auto database = open_database("sqlite::memory:");
  EXPECT_TRUE(database);
  return std::move(*database);
}

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
  auto database = empty_database();
  ASSERT_TRUE(migrate(*database));
  auto tables = database->run("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'users'");
  ASSERT_TRUE(tables);
  EXPECT_NE(tables->rows.front().text(0).find("-- scrypt$N$r$p$salt$hash"), std::string::npos);
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
  auto answer = database->run("SELECT $2, $1", {std::int64_t{1}, std::string("two")});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->rows.front().text(0), "two");
  EXPECT_EQ(answer->rows.front().integer(1), 1);
}

TEST(Database, WrongNumberOfParametersIsAnError) {
  auto database = empty_database();
  EXPECT_FALSE(database->run("SELECT $1, $2", {std::int64_t{1}}));
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
