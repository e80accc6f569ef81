// SPDX-License-Identifier: MIT
#include "store/rooms.hpp"

namespace classcast::store {

Result<void> add_room(Database& database, const Room& room, std::int64_t now_ms) {
  auto answer = database.run("INSERT INTO rooms (id, name, created_ms) VALUES ($1, $2, $3)",
                             {room.id.text(), room.name, now_ms});
  if (!answer) return fail(answer);
  return {};
}

Result<std::vector<Room>> list_rooms(Database& database) {
  auto answer = database.run("SELECT id, name FROM rooms ORDER BY id");
  if (!answer) return fail(answer);
  std::vector<Room> rooms;
  rooms.reserve(answer->rows.size());
  for (const auto& row : answer->rows) {
    auto id = RoomId::parse(row.text(0));
    if (!id) return fail(Errc::internal, "the database holds a room with a bad id: {}", id.error().message);
    rooms.push_back({*id, row.text(1)});
  }
  return rooms;
}

Result<void> remove_room(Database& database, const RoomId& id) {
  auto answer = database.run("DELETE FROM rooms WHERE id = $1", {id.text()});
  if (!answer) return fail(answer);
  if (answer->changed == 0) return fail(Errc::not_found, "there is no room \"{}\"", id.text());
  return {};
}

}  // namespace classcast::store
