// SPDX-License-Identifier: MIT
// Queries about rooms.
#pragma once

#include "base/id.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace classcast::store {

struct Room {
  RoomId id;
  std::string name;
};

/// Errc::conflict when the id is taken.
Result<void> add_room(Database& database, const Room& room, std::int64_t now_ms);
/// All rooms, by id.
Result<std::vector<Room>> list_rooms(Database& database);
/// With its device and diary. Errc::not_found when there is none.
Result<void> remove_room(Database& database, const RoomId& id);

}  // namespace classcast::store
