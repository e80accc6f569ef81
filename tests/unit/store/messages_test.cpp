// SPDX-License-Identifier: MIT
#include "store/messages.hpp"

#include "store/rooms.hpp"
#include "store/users.hpp"
#include "unit/store/fresh_database.hpp"

namespace classcast::store {
namespace {

class Messages : public testing::Test {
 protected:
  void SetUp() override {
    database = fresh_database();
    ASSERT_TRUE(add_room(*database, {room, "One"}, 1));
    anna = add_user(*database, {0, "Anna", Role::student, "h"}, 1)->id;
    bert = add_user(*database, {0, "Bert", Role::student, "h"}, 1)->id;
  }
  Message say(std::int64_t author, const std::string& client_id, const std::string& text = "hello") {
    auto stored = add_message(*database, {room, author, "Anna", client_id, text}, 7);
    EXPECT_TRUE(stored) << (stored ? "" : stored.error().message);
    return stored->message;
  }

  const RoomId room = *RoomId::parse("room-1");
  std::unique_ptr<Database> database;
  std::int64_t anna = 0;
  std::int64_t bert = 0;
};

TEST_F(Messages, AreNumberedWithoutGaps) {
  for (int i = 1; i <= 5; ++i) {
    auto message = say(anna, std::to_string(i));
    EXPECT_EQ(message.id, i);
    EXPECT_EQ(message.seq, i);
  }
  auto page = messages_before(*database, room, std::nullopt, 3);
  ASSERT_EQ(page->messages.size(), 3U);
  EXPECT_EQ(page->messages.front().id, 3);
  EXPECT_TRUE(page->more);
  EXPECT_EQ(page->seq, 5);
  auto older = messages_before(*database, room, 3, 3);
  EXPECT_EQ(older->messages.size(), 2U);
  EXPECT_FALSE(older->more);
}

TEST_F(Messages, SentTwiceAreStoredOnce) {
  auto first = say(anna, "same");
  auto again = add_message(*database, {room, anna, "Anna", "same", "other text"}, 8);
  EXPECT_FALSE(again->is_new);
  EXPECT_EQ(again->message.id, first.id);
  EXPECT_EQ(again->message.text, "hello");
  // Another person's client id is another message.
  EXPECT_EQ(say(bert, "same").id, 2);
}

TEST_F(Messages, EveryChangeTakesTheNextNumber) {
  auto first = say(anna, "1");
  say(anna, "2");
  auto edited = edit_message(*database, room, first.id, anna, "changed", 9);
  ASSERT_TRUE(edited);
  EXPECT_EQ(edited->id, 1);
  EXPECT_EQ(edited->seq, 3);
  EXPECT_EQ(edited->edited_ms, 9);
  auto after = messages_after(*database, room, 2, 10);
  ASSERT_EQ(after->messages.size(), 1U);
  EXPECT_EQ(after->messages.front().text, "changed");
  auto deleted = delete_message(*database, room, first.id, {bert, "Bert", true}, 10);
  EXPECT_EQ(deleted->text, "");
  EXPECT_EQ(deleted->deleted_by, "Bert");
  EXPECT_EQ(deleted->seq, 4);
  EXPECT_EQ(delete_message(*database, room, first.id, {bert, "Bert", true}, 11)->seq, 4);
  EXPECT_EQ(edit_message(*database, room, first.id, anna, "x", 12).error().code, Errc::conflict);
}

TEST_F(Messages, OnlyTheirAuthorEditsAndOnlyModeratorsDeleteOthers) {
  auto message = say(anna, "1");
  EXPECT_EQ(edit_message(*database, room, message.id, bert, "x", 9).error().code, Errc::denied);
  EXPECT_EQ(delete_message(*database, room, message.id, {bert, "Bert", false}, 9).error().code, Errc::denied);
  EXPECT_EQ(edit_message(*database, room, 99, anna, "x", 9).error().code, Errc::not_found);
  auto own = delete_message(*database, room, message.id, {anna, "Anna", false}, 9);
  EXPECT_EQ(own->deleted_by, "");
}

TEST_F(Messages, OneIsPinnedAtATime) {
  auto first = say(anna, "1");
  auto second = say(anna, "2");
  EXPECT_EQ(pin_message(*database, room, first.id, true, 9)->size(), 1U);
  auto moved = pin_message(*database, room, second.id, true, 10);
  ASSERT_EQ(moved->size(), 2U);
  EXPECT_FALSE(moved->front().pinned);
  EXPECT_TRUE(moved->back().pinned);
  EXPECT_EQ((*pinned_message(*database, room))->id, second.id);
  EXPECT_TRUE(pin_message(*database, room, second.id, true, 11)->empty());
  ASSERT_TRUE(delete_message(*database, room, second.id, {anna, "Anna", false}, 12));
  EXPECT_FALSE(*pinned_message(*database, room));
}

TEST_F(Messages, ReadMarkNeverGoesBack) {
  for (int i = 0; i < 3; ++i) say(anna, std::to_string(i));
  EXPECT_EQ(unread_in(*database, room, bert)->unread, 3);
  EXPECT_EQ(unread_in(*database, room, anna)->unread, 0);
  EXPECT_EQ(*set_read_mark(*database, room, bert, 2), 2);
  EXPECT_EQ(*set_read_mark(*database, room, bert, 1), 2);
  EXPECT_EQ(*set_read_mark(*database, room, bert, 1000), 3);
  EXPECT_EQ(unread_in(*database, room, bert)->unread, 0);
}

TEST_F(Messages, OutliveTheirAuthorsAccount) {
  say(anna, "1");
  ASSERT_TRUE(remove_user(*database, anna));
  auto page = messages_before(*database, room, std::nullopt, 10);
  ASSERT_EQ(page->messages.size(), 1U);
  EXPECT_EQ(page->messages.front().author_id, 0);
  EXPECT_EQ(page->messages.front().author_name, "Anna");
}

TEST_F(Messages, KeepHostileAndForeignText) {
  int number = 0;
  for (const std::string text :
       {"'); DROP TABLE messages; --", "日本語 🎉 עברית", "<script>alert(1)</script>", "\\x00"}) {
    EXPECT_EQ(say(anna, "k" + std::to_string(++number), text).text, text);
  }
  EXPECT_EQ(messages_before(*database, room, std::nullopt, 10)->messages[1].text, "日本語 🎉 עברית");
}

TEST_F(Messages, OfNobodyOrNowhereAreRefused) {
  auto nowhere = add_message(*database, {*RoomId::parse("nowhere"), anna, "Anna", "1", "x"}, 7);
  EXPECT_EQ(nowhere.error().code, Errc::not_found);
  EXPECT_EQ(add_message(*database, {room, 4711, "X", "1", "x"}, 7).error().code, Errc::not_found);
}

}  // namespace
}  // namespace classcast::store
