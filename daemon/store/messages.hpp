// SPDX-License-Identifier: MIT
// Queries about the chat of rooms. Every change takes the next number of its room.
#pragma once

#include "base/id.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace classcast::store {

struct Message {
  std::int64_t id = 0;
  /// Of its newest change.
  std::int64_t seq = 0;
  /// 0 once the account is gone.
  std::int64_t author_id = 0;
  std::string author_name;
  std::string client_id;
  std::string text;
  std::int64_t created_ms = 0;
  std::optional<std::int64_t> edited_ms = {};
  std::optional<std::int64_t> deleted_ms = {};
  std::string deleted_by = {};
  bool pinned = false;
};

struct NewMessage {
  RoomId room;
  std::int64_t author_id = 0;
  std::string author_name;
  std::string client_id;
  std::string text;
};

struct StoredMessage {
  Message message;
  /// False: the same author had sent the same client id before.
  bool is_new = true;
};

/// Errc::not_found when the room or the author is gone.
Result<StoredMessage> add_message(Database& database, const NewMessage& message, std::int64_t now_ms);
/// Errc::not_found: no such message. Errc::denied: not the author's. Errc::conflict: it is deleted.
Result<Message> edit_message(Database& database, const RoomId& room, std::int64_t id, std::int64_t author_id,
                             const std::string& text, std::int64_t now_ms);

/// Who deletes: the author, or a moderator whose name is kept.
struct Deletion {
  std::int64_t user_id = 0;
  std::string user_name;
  bool moderator = false;
};
/// Errc::denied: neither the author's nor a moderator's. Deleting twice is fine and changes nothing.
Result<Message> delete_message(Database& database, const RoomId& room, std::int64_t id,
                               const Deletion& deletion, std::int64_t now_ms);
/// The messages that changed: the one pinned and the one that was until now. `pin` false unpins.
Result<std::vector<Message>> pin_message(Database& database, const RoomId& room, std::int64_t id, bool pin,
                                         std::int64_t now_ms);

struct ChatPage {
  std::vector<Message> messages;
  /// Of the newest change in the room.
  std::int64_t seq = 0;
  bool more = false;
};

/// Ascending, the newest `limit` whose id is less than `before` (none: the newest of all).
Result<ChatPage> messages_before(Database& database, const RoomId& room, std::optional<std::int64_t> before,
                                 std::int64_t limit);
/// What changed after `seq`, by ascending seq.
Result<ChatPage> messages_after(Database& database, const RoomId& room, std::int64_t seq, std::int64_t limit);
Result<std::optional<Message>> pinned_message(Database& database, const RoomId& room);

Result<std::int64_t> read_mark(Database& database, const RoomId& room, std::int64_t user_id);
/// Never goes back. Returns the mark that holds now.
Result<std::int64_t> set_read_mark(Database& database, const RoomId& room, std::int64_t user_id,
                                   std::int64_t seq);

struct Unread {
  std::string room;
  std::int64_t seq = 0;
  std::int64_t read = 0;
  /// Others' messages, counted up to 100.
  std::int64_t unread = 0;
};
/// Those of the rooms in which something was ever written.
Result<std::vector<Unread>> unread_rooms(Database& database, const std::vector<RoomId>& rooms,
                                         std::int64_t user_id);
Result<Unread> unread_in(Database& database, const RoomId& room, std::int64_t user_id);

}  // namespace classcast::store
