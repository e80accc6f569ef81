// SPDX-License-Identifier: MIT
#include "store/messages.hpp"

#include <algorithm>

namespace classcast::store {

namespace {

std::optional<std::int64_t> number_or_none(const Row& row, std::size_t column) {
  return row.null(column) ? std::nullopt : std::optional(row.integer(column));
}

Message message_of(const Row& row) {
  return {
      row.integer(0), row.integer(1),         row.integer(2),         row.text(3), row.text(4),  row.text(5),
      row.integer(6), number_or_none(row, 7), number_or_none(row, 8), row.text(9), !row.null(10)};
}

std::vector<Message> messages_of(const Answer& answer) {
  std::vector<Message> messages;
  messages.reserve(answer.rows.size());
  for (const auto& row : answer.rows) messages.push_back(message_of(row));
  return messages;
}

Result<Message> single(const Result<Answer>& answer) {
  if (!answer) return fail(answer);
  if (answer->rows.empty()) return fail(Errc::not_found, "There is no such message.");
  return message_of(answer->rows.front());
}

Result<Message> find_message(Database& database, const RoomId& room, std::int64_t id) {
  return single(
      database.run("SELECT id, seq, author_id, author_name, client_id, text, created_ms, edited_ms, "
                   "deleted_ms, deleted_by,"
                   " pinned_ms FROM messages WHERE room_id = $1 AND id = $2",
                   {room.text(), id}));
}

Result<std::optional<Message>> find_sent(Database& database, const NewMessage& message) {
  auto answer = database.run(
      "SELECT id, seq, author_id, author_name, client_id, text, created_ms, edited_ms, deleted_ms, "
      "deleted_by,"
      " pinned_ms FROM messages WHERE room_id = $1 AND author_id = $2 AND client_id = $3",
      {message.room.text(), message.author_id, message.client_id});
  if (!answer) return fail(answer);
  if (answer->rows.empty()) return std::optional<Message>();
  return std::optional(message_of(answer->rows.front()));
}

/// Takes the next number of the room; the row is locked until the transaction ends.
Result<std::int64_t> next_seq(Database& database, const RoomId& room) {
  auto answer = database.run("UPDATE rooms SET chat_seq = chat_seq + 1 WHERE id = $1 RETURNING chat_seq",
                             {room.text()});
  if (!answer) return fail(answer);
  if (answer->rows.empty()) return fail(Errc::not_found, "There is no such room.");
  return answer->rows.front().integer(0);
}

Result<std::int64_t> newest_seq(Database& database, const RoomId& room) {
  return single_number(database.run("SELECT chat_seq FROM rooms WHERE id = $1", {room.text()}));
}

/// Marks a message as changed now and returns it.
Result<Message> renumber(Database& database, const RoomId& room, std::int64_t id) {
  auto seq = next_seq(database, room);
  if (!seq) return fail(seq);
  return single(database.run(
      "UPDATE messages SET seq = $1 WHERE room_id = $2 AND id = $3 RETURNING id, seq, author_id, author_name,"
      " client_id, text, created_ms, edited_ms, deleted_ms, deleted_by, pinned_ms",
      {*seq, room.text(), id}));
}

Result<ChatPage> page_of(Database& database, const RoomId& room, const Result<Answer>& answer,
                         std::int64_t limit) {
  if (!answer) return fail(answer);
  auto seq = newest_seq(database, room);
  if (!seq) return fail(seq);
  ChatPage page{messages_of(*answer), *seq, false};
  page.more = static_cast<std::int64_t>(page.messages.size()) > limit;
  if (page.more) page.messages.pop_back();
  return page;
}

}  // namespace

Result<StoredMessage> add_message(Database& database, const NewMessage& message, std::int64_t now_ms) {
  auto known = find_sent(database, message);
  if (!known) return fail(known);
  if (*known) return StoredMessage{std::move(**known), false};
  auto seq = next_seq(database, message.room);
  if (!seq) return fail(seq);
  auto added = database.run(
      "INSERT INTO messages (room_id, id, seq, author_id, author_name, client_id, text, created_ms)"
      " VALUES ($1, $2, $2, $3, $4, $5, $6, $7)",
      {message.room.text(), *seq, message.author_id, message.author_name, message.client_id, message.text,
       now_ms});
  if (!added) return fail(added);
  return StoredMessage{
      {*seq, *seq, message.author_id, message.author_name, message.client_id, message.text, now_ms}, true};
}

Result<Message> edit_message(Database& database, const RoomId& room, std::int64_t id, std::int64_t author_id,
                             const std::string& text, std::int64_t now_ms) {
  auto message = find_message(database, room, id);
  if (!message) return message;
  if (message->author_id != author_id) return fail(Errc::denied, "Only its author edits a message.");
  if (message->deleted_ms) return fail(Errc::conflict, "The message is deleted.");
  auto edited = database.run("UPDATE messages SET text = $1, edited_ms = $2 WHERE room_id = $3 AND id = $4",
                             {text, now_ms, room.text(), id});
  if (!edited) return fail(edited);
  return renumber(database, room, id);
}

Result<Message> delete_message(Database& database, const RoomId& room, std::int64_t id,
                               const Deletion& deletion, std::int64_t now_ms) {
  auto message = find_message(database, room, id);
  if (!message) return message;
  bool own = message->author_id == deletion.user_id;
  if (!own && !deletion.moderator)
    return fail(Errc::denied, "Only its author or a moderator deletes a message.");
  if (message->deleted_ms) return message;
  auto deleted = database.run(
      "UPDATE messages SET text = '', deleted_ms = $1, deleted_by = $2, pinned_ms = NULL"
      " WHERE room_id = $3 AND id = $4",
      {now_ms, own ? Value() : Value(deletion.user_name), room.text(), id});
  if (!deleted) return fail(deleted);
  return renumber(database, room, id);
}

Result<std::vector<Message>> pin_message(Database& database, const RoomId& room, std::int64_t id, bool pin,
                                         std::int64_t now_ms) {
  auto message = find_message(database, room, id);
  if (!message) return fail(message);
  if (message->deleted_ms) return fail(Errc::conflict, "The message is deleted.");
  if (message->pinned == pin) return std::vector<Message>();
  auto former = pin ? pinned_message(database, room) : Result<std::optional<Message>>(std::nullopt);
  if (!former) return fail(former);
  std::vector<Message> changed;
  for (auto one : {*former ? (*former)->id : 0, id}) {
    if (one == 0) continue;
    auto set = database.run("UPDATE messages SET pinned_ms = $1 WHERE room_id = $2 AND id = $3",
                            {one == id && pin ? Value(now_ms) : Value(), room.text(), one});
    if (!set) return fail(set);
    auto now_known = renumber(database, room, one);
    if (!now_known) return fail(now_known);
    changed.push_back(std::move(*now_known));
  }
  return changed;
}

Result<ChatPage> messages_before(Database& database, const RoomId& room, std::optional<std::int64_t> before,
                                 std::int64_t limit) {
  constexpr auto kNewest = INT64_MAX;
  auto answer = database.run(
      "SELECT id, seq, author_id, author_name, client_id, text, created_ms, edited_ms, deleted_ms, "
      "deleted_by,"
      " pinned_ms FROM messages WHERE room_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
      {room.text(), before.value_or(kNewest), limit + 1});
  auto page = page_of(database, room, answer, limit);
  if (page) std::reverse(page->messages.begin(), page->messages.end());
  return page;
}

Result<ChatPage> messages_after(Database& database, const RoomId& room, std::int64_t seq,
                                std::int64_t limit) {
  auto answer = database.run(
      "SELECT id, seq, author_id, author_name, client_id, text, created_ms, edited_ms, deleted_ms, "
      "deleted_by,"
      " pinned_ms FROM messages WHERE room_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
      {room.text(), seq, limit + 1});
  return page_of(database, room, answer, limit);
}

Result<std::optional<Message>> pinned_message(Database& database, const RoomId& room) {
  auto answer = database.run(
      "SELECT id, seq, author_id, author_name, client_id, text, created_ms, edited_ms, deleted_ms, "
      "deleted_by,"
      " pinned_ms FROM messages WHERE room_id = $1 AND pinned_ms IS NOT NULL ORDER BY pinned_ms DESC LIMIT 1",
      {room.text()});
  if (!answer) return fail(answer);
  if (answer->rows.empty()) return std::optional<Message>();
  return std::optional(message_of(answer->rows.front()));
}

Result<std::int64_t> read_mark(Database& database, const RoomId& room, std::int64_t user_id) {
  return single_number(
      database.run("SELECT seq FROM chat_reads WHERE room_id = $1 AND user_id = $2", {room.text(), user_id}));
}

Result<std::int64_t> set_read_mark(Database& database, const RoomId& room, std::int64_t user_id,
                                   std::int64_t seq) {
  auto newest = newest_seq(database, room);
  if (!newest) return newest;
  return single_number(database.run(
      "INSERT INTO chat_reads (room_id, user_id, seq) VALUES ($1, $2, $3)"
      " ON CONFLICT (room_id, user_id) DO UPDATE SET seq ="
      " CASE WHEN excluded.seq > chat_reads.seq THEN excluded.seq ELSE chat_reads.seq END RETURNING seq",
      {room.text(), user_id, std::min(seq, *newest)}));
}

Result<std::vector<Unread>> unread_rooms(Database& database, const std::vector<RoomId>& rooms,
                                         std::int64_t user_id) {
  std::vector<Unread> all;
  for (const auto& room : rooms) {
    auto one = unread_in(database, room, user_id);
    if (!one) return fail(one);
    if (one->seq > 0) all.push_back(std::move(*one));
  }
  return all;
}

Result<Unread> unread_in(Database& database, const RoomId& room, std::int64_t user_id) {
  auto seq = newest_seq(database, room);
  if (!seq) return fail(seq);
  if (*seq == 0) return Unread{room.text(), 0, 0, 0};
  auto read = read_mark(database, room, user_id);
  if (!read) return fail(read);
  auto count = single_number(database.run(
      "SELECT COUNT(*) FROM (SELECT 1 FROM messages WHERE room_id = $1 AND id > $2 AND deleted_ms IS NULL"
      " AND (author_id IS NULL OR author_id <> $3) LIMIT 100) AS newer",
      {room.text(), *read, user_id}));
  if (!count) return fail(count);
  return Unread{room.text(), *seq, *read, *count};
}

}  // namespace classcast::store
