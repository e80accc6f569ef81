// SPDX-License-Identifier: MIT
// Page: one open page of a signed-in person on /ws.
#pragma once

#include "base/id.hpp"
#include "server/throttle.hpp"
#include "server/websocket.hpp"
#include "store/sessions.hpp"

#include <cstdint>
#include <memory>
#include <set>

namespace classcast::server {

struct Page {
  /// Requests of one page.
  static constexpr Throttle::Rate kRate = {60, 50ms};
  static constexpr int kMaxMalformed = 10;
  static constexpr std::size_t kMaxRooms = 50;

  std::uint64_t id = 0;
  std::unique_ptr<WebSocket> socket;
  /// As it was when the page opened; name and role follow changes.
  store::Session who;
  Throttle requests{kRate, 1};
  int malformed = 0;
  /// Rooms whose chat it follows.
  std::set<RoomId> rooms;
  /// Rooms that it asked to follow, until the answer is sent.
  std::set<RoomId> joining;
};

}  // namespace classcast::server
