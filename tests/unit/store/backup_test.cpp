// SPDX-License-Identifier: MIT
#include "store/backup.hpp"

#include "store/messages.hpp"
#include "store/rooms.hpp"
#include "store/users.hpp"
#include "unit/store/fresh_database.hpp"

#include <sstream>

namespace classcast::store {
namespace {

const RoomId kRoom = *RoomId::parse("room-1");
constexpr const char* kText = "tab\there, \\ and \nline\r 日本 \\N";

std::string backup_of_a_school() {
  auto database = fresh_database();
  auto anna = add_user(*database, {0, "Anna", Role::teacher, "h"}, 1)->id;
  EXPECT_TRUE(add_room(*database, {kRoom, "One", RoomKind::stage, "d", false, anna}, 1));
  EXPECT_TRUE(add_message(*database, {kRoom, anna, "Anna", "1", kText}, 7));
  std::ostringstream out;
  EXPECT_EQ(*write_backup(*database, out), 3);
  return out.str();
}

TEST(Backup, IsReadBackInFullAndGoesOn) {
  auto text = backup_of_a_school();
  auto database = empty_database();
  std::istringstream in(text);
  auto rows = read_backup(*database, in);
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ(*rows, 3);
  EXPECT_EQ(messages_before(*database, kRoom, std::nullopt, 10)->messages.front().text, kText);
  EXPECT_EQ((*find_room(*database, kRoom))->owner_name, "Anna");
  // Numbers go on after the greatest one.
  EXPECT_EQ(add_user(*database, {0, "Bert", Role::guest, "h"}, 1)->id, 2);
  EXPECT_EQ(*check_database(*database),
            fmt::format("schema {}: sound; 1 rooms, 1 messages", migrations().size()));
}

TEST(Backup, IsRefusedByADatabaseInUse) {
  auto text = backup_of_a_school();
  auto database = fresh_database();
  std::istringstream in(text);
  EXPECT_EQ(read_backup(*database, in).error().code, Errc::conflict);
}

TEST(Backup, CutOrChangedIsRefusedAndLeavesNothing) {
  auto text = backup_of_a_school();
  for (const auto& bad : {text.substr(0, text.size() - 6), text.substr(0, text.size() / 2), std::string("x"),
                          std::string("classcast-backup 1 schema 99\n"), std::string(),
                          std::string("classcast-backup 1 schema 6\ntable users id; DROP TABLE users\n"),
                          std::string("classcast-backup 1 schema 6\ntable passwd id\nend 0\n")}) {
    auto database = empty_database();
    std::istringstream in(bad);
    EXPECT_EQ(read_backup(*database, in).error().code, Errc::invalid) << bad.substr(0, 60);
    if (schema_version(*database).value() > 0) {
      EXPECT_EQ(*count_users(*database), 0);
    }
  }
}

TEST(Check, FindsAChatThatIsNotCountedRightly) {
  auto database = fresh_database();
  ASSERT_TRUE(add_room(*database, {kRoom, "One"}, 1));
  ASSERT_TRUE(check_database(*database));
  ASSERT_TRUE(database->script("UPDATE rooms SET chat_seq = 7"));
  EXPECT_EQ(check_database(*database).error().code, Errc::internal);
}

}  // namespace
}  // namespace classcast::store
