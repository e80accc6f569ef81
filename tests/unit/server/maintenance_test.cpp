// SPDX-License-Identifier: MIT
#include "server/maintenance.hpp"

#include "store/backup.hpp"
#include "store/schema.hpp"
#include "unit/server/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <vector>

namespace classcast::server {
namespace {

namespace fs = std::filesystem;

const int kNewest = static_cast<int>(store::migrations().size());

std::unique_ptr<store::Database> database_of_schema(int version) {
  auto database = store::open_database("sqlite::memory:").value();
  EXPECT_TRUE(store::migrate(*database, version));
  return database;
}

std::vector<std::string> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

TEST(BackupBeforeMigration, HoldsWhatTheEarlierProgramKnew) {
  TemporaryDirectory directory;
  auto old = database_of_schema(kNewest - 1);
  ASSERT_TRUE(old->run("INSERT INTO rooms (id, name, created_ms) VALUES ('room-1', 'One', 1)",
                       std::span<store::Value>()))
      << "the columns that the first schema had";
  auto file = back_up_before_migration(*old, directory.path() / "backups");
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_TRUE(*file);
  EXPECT_TRUE((*file)->filename().string().starts_with(fmt::format("schema-{}-", kNewest - 1))) << **file;
  // It is read into an empty database, as the earlier program would.
  auto fresh = store::open_database("sqlite::memory:").value();
  std::ifstream in(**file);
  EXPECT_EQ(store::read_backup(*fresh, in).value(), 1);
}

TEST(BackupBeforeMigration, IsNotMadeWhereThereIsNothingToMigrate) {
  TemporaryDirectory directory;
  auto empty = store::open_database("sqlite::memory:").value();
  EXPECT_FALSE(back_up_before_migration(*empty, directory.path() / "backups").value());
  auto current = database_of_schema(kNewest);
  EXPECT_FALSE(back_up_before_migration(*current, directory.path() / "backups").value());
  EXPECT_FALSE(fs::exists(directory.path() / "backups"));
}

TEST(BackupBeforeMigration, ThatFailsIsToldSoThatNothingIsMigrated) {
  TemporaryDirectory directory;
  auto old = database_of_schema(kNewest - 1);
  auto blocked = back_up_before_migration(*old, directory.write("file", "x"));
  ASSERT_FALSE(blocked);
}

TEST(BackupBeforeMigration, KeepsTheNewestAndTouchesNothingElse) {
  TemporaryDirectory directory;
  auto backups = directory.path() / "backups";
  fs::create_directory(backups);
  std::ofstream(backups / "by-hand.backup") << "x";
  for (int i = 0; i < 7; ++i)
    std::ofstream(backups / fmt::format("schema-{}-2020010{}T000000.000Z.backup", 9 - i, i + 1)) << "x";
  auto old = database_of_schema(kNewest - 1);
  auto file = back_up_before_migration(*old, backups).value();
  auto names = names_in(backups);
  EXPECT_EQ(names.size(), kKeptBackups + 1);
  EXPECT_EQ(names.front(), "by-hand.backup");
  EXPECT_TRUE(fs::exists(*file));
  EXPECT_TRUE(fs::exists(backups / "schema-3-20200107T000000.000Z.backup"));
  EXPECT_FALSE(fs::exists(backups / "schema-7-20200103T000000.000Z.backup")) << "the sixth, and older";
}

}  // namespace
}  // namespace classcast::server
