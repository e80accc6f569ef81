// SPDX-License-Identifier: MIT
// /api/v1/rooms: list, create, remove, enrol a classroom PC, watch (docs/ref/protocol.md §6).
#pragma once

#include "glib/scope.hpp"
#include "protocol/token.hpp"
#include "server/agent.hpp"
#include "server/http.hpp"
#include "server/rooms.hpp"
#include "store/thread.hpp"

#include <memory>
#include <optional>
#include <string>

namespace classcast::server {

class RoomsApi {
 public:
  static constexpr std::size_t kMaxNameLength = 100;

  RoomsApi(Rooms& rooms, AgentChannels& agents, store::StoreThread& store,
           const protocol::TokenSigner& signer)
      : rooms_(rooms), agents_(agents), store_(store), signer_(signer) {}
  void add_routes(HttpServer& http);

 private:
  using ExchangePtr = std::shared_ptr<Exchange>;

  void list(Exchange& exchange);
  void create(const ExchangePtr& exchange);
  void remove(const ExchangePtr& exchange);
  void enrol(const ExchangePtr& exchange);
  void watch(Exchange& exchange);
  /// The room that the address names; otherwise answers 404.
  std::optional<RoomId> named_room(Exchange& exchange);

  Rooms& rooms_;
  AgentChannels& agents_;
  store::StoreThread& store_;
  const protocol::TokenSigner& signer_;
  glib::Scope scope_;
};

/// A room's name for people: 1 to 100 bytes of UTF-8 without control characters.
bool valid_room_name(std::string_view name);

}  // namespace classcast::server
