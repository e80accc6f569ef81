// SPDX-License-Identifier: MIT
// /api/v1/rooms: list, make, show, change, delete, members, watch, publish, still.
#pragma once

#include "server/api.hpp"
#include "server/http.hpp"
#include "server/idempotency.hpp"
#include "server/parts.hpp"

#include <optional>
#include <string>

namespace classcast::server {

class RoomsApi {
 public:
  static constexpr std::size_t kMaxNameLength = 100;
  static constexpr std::size_t kMaxDescription = 500;
  static constexpr std::int64_t kMaxRewindMinutes = 1440;
  static constexpr std::int64_t kMaxKeepDays = 3660;

  explicit RoomsApi(Parts& parts) : parts_(parts) {}
  void add_routes(HttpServer& http);

 private:
  void list(Exchange& exchange);
  void create(const ExchangePtr& exchange);
  void show(Exchange& exchange);
  void change(const ExchangePtr& exchange);
  void remove(const ExchangePtr& exchange);
  void members(const ExchangePtr& exchange);
  void set_member(const ExchangePtr& exchange);
  void remove_member(const ExchangePtr& exchange);
  void watch(Exchange& exchange);
  void publish(Exchange& exchange);
  void still(Exchange& exchange);

  void created(const ExchangePtr& exchange, const store::Room& room);
  void changed(const ExchangePtr& exchange, const store::Room& room);
  void ticket(Exchange& exchange, const RoomId& room, protocol::Right right);
  [[nodiscard]] std::string document(const RoomId& room, const store::Session& who) const;

  Parts& parts_;
  Idempotency idempotency_;
  glib::Scope scope_;
};

/// A room's name for people: 1 to 100 characters of UTF-8 without control characters.
bool valid_room_name(std::string_view name);
/// The room of a route with Access::room; the gate has checked it.
RoomId room_of(const Exchange& exchange);

}  // namespace classcast::server
