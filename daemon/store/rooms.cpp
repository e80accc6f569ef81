// SPDX-License-Identifier: MIT
#include "store/rooms.hpp"

namespace classcast::store {

namespace {

Result<Room> room_of(const Row& row) {
  auto id = RoomId::parse(row.text(0));
  if (!id) return fail(Errc::internal, "the database holds a room with a bad id: {}", id.error().message);
  Room room{*id,         row.text(1),  parse_room_kind(row.text(2)).value_or(RoomKind::classroom),
            row.text(3), !row.null(4), {},
            row.text(6)};
  if (!row.null(5)) room.owner_id = row.integer(5);
  if (!row.null(7)) room.rewind_minutes = row.integer(7);
  if (!row.null(8)) room.keep_days = row.integer(8);
  return room;
}

Result<std::vector<Room>> rooms_of(const Result<Answer>& answer) {
  if (!answer) return fail(answer);
  std::vector<Room> rooms;
  rooms.reserve(answer->rows.size());
  for (const auto& row : answer->rows) {
    auto room = room_of(row);
    if (!room) return fail(room);
    rooms.push_back(std::move(*room));
  }
  return rooms;
}

}  // namespace

std::string_view text(RoomKind kind) {
  return kind == RoomKind::stage ? "stage" : "classroom";
}

std::optional<RoomKind> parse_room_kind(std::string_view text) {
  if (text == "classroom") return RoomKind::classroom;
  if (text == "stage") return RoomKind::stage;
  return std::nullopt;
}

std::string_view text(Membership membership) {
  return membership == Membership::moderator ? "moderator" : "member";
}

std::optional<Membership> parse_membership(std::string_view text) {
  if (text == "member") return Membership::member;
  if (text == "moderator") return Membership::moderator;
  return std::nullopt;
}

Result<void> add_room(Database& database, const Room& room, std::int64_t now_ms) {
  return no_rows(database.run(
      "INSERT INTO rooms (id, name, kind, description, owner_id, created_ms) VALUES ($1, $2, $3, $4, $5, $6)",
      {room.id.text(), room.name, std::string(text(room.kind)), room.description,
       optional_value(room.owner_id), now_ms}));
}

Result<std::vector<Room>> list_rooms(Database& database) {
  return rooms_of(
      database.run("SELECT r.id, r.name, r.kind, r.description, r.archived_ms, r.owner_id, u.name, "
                   "r.rewind_minutes, r.keep_days"
                   " FROM rooms r LEFT JOIN users u ON u.id = r.owner_id ORDER BY r.id"));
}

Result<std::optional<Room>> find_room(Database& database, const RoomId& id) {
  auto rooms =
      rooms_of(database.run("SELECT r.id, r.name, r.kind, r.description, r.archived_ms, r.owner_id, u.name, "
                            "r.rewind_minutes, r.keep_days"
                            " FROM rooms r LEFT JOIN users u ON u.id = r.owner_id WHERE r.id = $1",
                            {id.text()}));
  if (!rooms) return fail(rooms);
  return rooms->empty() ? std::optional<Room>() : std::optional(std::move(rooms->front()));
}

Result<void> update_room(Database& database, const Room& room, std::int64_t now_ms) {
  return must_change(
      database.run("UPDATE rooms SET name = $1, description = $2, archived_ms = $3, owner_id = $4,"
                   " rewind_minutes = $5, keep_days = $6 WHERE id = $7",
                   {room.name, room.description, room.archived ? Value(now_ms) : Value(),
                    optional_value(room.owner_id), optional_value(room.rewind_minutes),
                    optional_value(room.keep_days), room.id.text()}),
      "room");
}

Result<void> remove_room(Database& database, const RoomId& id) {
  auto recordings =
      single_number(database.run("SELECT COUNT(*) FROM recordings WHERE room_id = $1", {id.text()}));
  if (!recordings) return fail(recordings);
  if (*recordings > 0) {
    return fail(Errc::conflict,
                "The room has recordings, also in the bin; delete them first, or archive it.");
  }
  return must_change(database.run("DELETE FROM rooms WHERE id = $1", {id.text()}), "room");
}

Result<std::vector<Member>> list_members(Database& database) {
  auto answer = database.run("SELECT room_id, user_id, relation FROM room_members");
  if (!answer) return fail(answer);
  std::vector<Member> members;
  members.reserve(answer->rows.size());
  for (const auto& row : answer->rows) {
    auto room = RoomId::parse(row.text(0));
    if (!room) return fail(Errc::internal, "the database holds a member of a bad room");
    members.push_back({*room, row.integer(1), parse_membership(row.text(2)).value_or(Membership::member)});
  }
  return members;
}

Result<void> set_member(Database& database, const Member& member) {
  return no_rows(
      database.run("INSERT INTO room_members (room_id, user_id, relation) VALUES ($1, $2, $3)"
                   " ON CONFLICT (room_id, user_id) DO UPDATE SET relation = excluded.relation",
                   {member.room.text(), member.user_id, std::string(text(member.membership))}));
}

Result<void> remove_member(Database& database, const RoomId& room, std::int64_t user_id) {
  return must_change(
      database.run("DELETE FROM room_members WHERE room_id = $1 AND user_id = $2", {room.text(), user_id}),
      "member");
}

}  // namespace classcast::store
