// SPDX-License-Identifier: MIT
// Hub: the browsers' event channel (docs/ref/protocol.md §7).
#pragma once

#include "glib/scope.hpp"
#include "glib/source.hpp"
#include "protocol/room.hpp"
#include "server/exchange.hpp"
#include "server/rooms.hpp"
#include "server/sessions.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace classcast::server {

class Hub {
 public:
  static constexpr std::size_t kMaxClients = 3000;
  static constexpr std::size_t kMaxPerSession = 32;
  static constexpr Duration kTick = 5s;
  /// Browsers have nothing to say on this channel yet.
  static constexpr std::size_t kMaxMessageBytes = 1024;

  Hub(Rooms& rooms, Sessions& sessions);
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;
  ~Hub();

  /// GET /ws, behind the gate's session check.
  void handle(const std::shared_ptr<Exchange>& exchange);
  void room_changed(const protocol::Room& room);
  void room_removed(const RoomId& id);
  void session_ended(const std::string& token_hash);
  void close_all();
  [[nodiscard]] std::size_t size() const { return clients_.size(); }

 private:
  struct Client {
    std::unique_ptr<WebSocket> socket;
    std::string token_hash;
  };

  void opened(const std::string& token_hash, std::unique_ptr<WebSocket> socket);
  void broadcast(std::string text);
  void tick();
  [[nodiscard]] std::size_t count_of(const std::string& token_hash) const;

  Rooms& rooms_;
  Sessions& sessions_;
  std::map<std::uint64_t, Client> clients_;
  std::uint64_t next_ = 1;
  glib::Timer tick_;
  glib::Scope scope_;
};

}  // namespace classcast::server
