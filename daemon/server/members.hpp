// SPDX-License-Identifier: MIT
// Members: who belongs to which room. Loaded from the store at start, it follows what the store confirms, so
// that rights are decided at once.
#pragma once

#include "base/id.hpp"
#include "server/rights.hpp"
#include "store/rooms.hpp"
#include "store/sessions.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace classcast::server {

class Members {
 public:
  /// Per room; a school's biggest assembly.
  static constexpr std::size_t kMaxPerRoom = 5000;

  void load(const std::vector<store::Room>& rooms, const std::vector<store::Member>& members);
  void set_owner(const RoomId& room, std::optional<std::int64_t> user_id);
  void set(const store::Member& member);
  void remove(const RoomId& room, std::int64_t user_id);
  void remove_room(const RoomId& room) { rooms_.erase(room); }
  void remove_user(std::int64_t user_id);

  [[nodiscard]] Relation relation(const RoomId& room, std::int64_t user_id) const;
  [[nodiscard]] bool full(const RoomId& room) const;
  [[nodiscard]] std::map<std::int64_t, Relation> of(const RoomId& room) const;
  [[nodiscard]] bool may(const store::Session& session, const RoomId& room, Right right) const {
    return allowed(right, session.role, relation(room, session.user_id));
  }

 private:
  struct Entry {
    std::optional<std::int64_t> owner;
    std::map<std::int64_t, store::Membership> members;
  };
  std::map<RoomId, Entry> rooms_;
};

}  // namespace classcast::server
