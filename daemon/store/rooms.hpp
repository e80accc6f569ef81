// SPDX-License-Identifier: MIT
// Queries about rooms and who belongs to them.
#pragma once

#include "base/id.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace classcast::store {

/// classroom: fed by a classroom PC; stage: fed from a browser.
enum class RoomKind { classroom, stage };
std::string_view text(RoomKind kind);
std::optional<RoomKind> parse_room_kind(std::string_view text);

struct Room {
  RoomId id;
  std::string name;
  RoomKind kind = RoomKind::classroom;
  std::string description = {};
  bool archived = false;
  std::optional<std::int64_t> owner_id = {};
  std::string owner_name = {};
  /// Absent: as the school's settings say.
  std::optional<std::int64_t> rewind_minutes = {};
  std::optional<std::int64_t> keep_days = {};
};

/// What a person is to a room, other than its owner.
enum class Membership { member, moderator };
std::string_view text(Membership membership);
std::optional<Membership> parse_membership(std::string_view text);

struct Member {
  RoomId room;
  std::int64_t user_id = 0;
  Membership membership = Membership::member;
};

/// Errc::conflict when the id is taken.
Result<void> add_room(Database& database, const Room& room, std::int64_t now_ms);
/// All rooms, by id.
Result<std::vector<Room>> list_rooms(Database& database);
Result<std::optional<Room>> find_room(Database& database, const RoomId& id);
/// Errc::not_found when there is no such room, or the owner does not exist.
Result<void> update_room(Database& database, const Room& room, std::int64_t now_ms);
/// With its device, diary and chat. Errc::not_found when there is none, Errc::conflict while it has
/// recordings.
Result<void> remove_room(Database& database, const RoomId& id);

Result<std::vector<Member>> list_members(Database& database);
/// Errc::not_found when room or person do not exist.
Result<void> set_member(Database& database, const Member& member);
Result<void> remove_member(Database& database, const RoomId& room, std::int64_t user_id);

}  // namespace classcast::store
