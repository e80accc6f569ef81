// SPDX-License-Identifier: MIT
// Hub: the pages that are open, and what they are told of rooms (docs/ref/protocol.md §7.1).
#pragma once

#include "glib/scope.hpp"
#include "glib/source.hpp"
#include "protocol/room.hpp"
#include "server/chat_channel.hpp"
#include "server/exchange.hpp"
#include "server/members.hpp"
#include "server/page.hpp"
#include "server/rooms.hpp"
#include "server/sessions.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace classcast::server {

/// The rooms that somebody may see, not archived, each with their rights.
std::vector<protocol::Room> rooms_for(const Rooms& rooms, const Members& members, const store::Session& who);
/// Rights as the API shows them.
std::vector<std::string> rights_text(const Members& members, const RoomId& room, const store::Session& who);

class Hub {
 public:
  static constexpr std::size_t kMaxClients = 3000;
  static constexpr std::size_t kMaxPerSession = 32;
  static constexpr Duration kTick = 5s;
  static constexpr std::size_t kMaxMessageBytes = 16 * 1024;

  Hub(Rooms& rooms, Members& members, Sessions& sessions, Chat& chat, store::StoreThread& store);
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;
  ~Hub();

  /// GET /ws, behind the gate's session check.
  void handle(const std::shared_ptr<Exchange>& exchange);
  void room_changed(const protocol::Room& room);
  void room_removed(const RoomId& id);
  /// An event for everybody with that right in the room.
  void tell(const RoomId& room, Right right, const std::string& text);
  /// An event for administrators and principals.
  void tell_overseers(const std::string& text);
  /// The rights of one person in a room changed, or (0) perhaps everybody's.
  void rights_changed(std::int64_t user_id);
  void session_ended(const std::string& token_hash);
  void close_all();
  [[nodiscard]] std::size_t size() const { return pages_.size(); }

 private:
  void opened(const std::string& token_hash, std::unique_ptr<WebSocket> socket);
  void greet(Page& page);
  /// To all who may see the room.
  void broadcast(const RoomId& room, const std::string& text);
  void tick();
  /// The session's name and role of now; false when it ended.
  bool refresh(Page& page);
  [[nodiscard]] std::size_t count_of(const std::string& token_hash) const;

  Rooms& rooms_;
  Members& members_;
  Sessions& sessions_;
  std::map<std::uint64_t, Page> pages_;
  std::uint64_t next_ = 1;
  ChatChannel chat_;
  glib::Timer tick_;
  glib::Scope scope_;
};

}  // namespace classcast::server
