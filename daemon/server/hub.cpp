// SPDX-License-Identifier: MIT
#include "server/hub.hpp"

#include "protocol/agent.hpp"
#include "server/gate.hpp"

#include <algorithm>

namespace classcast::server {

using protocol::ErrorId;

Hub::Hub(Rooms& rooms, Sessions& sessions)
    : rooms_(rooms), sessions_(sessions), tick_(glib::Timer::every(kTick, [this] { tick(); })) {}

Hub::~Hub() {
  clients_.clear();
}

void Hub::handle(const std::shared_ptr<Exchange>& exchange) {
  // A WebSocket is no fetch: the browser sends cookies from any page, so the Origin is what protects it.
  if (!own_origin(exchange->header("Origin"), exchange->header("Host"))) {
    return exchange->problem(ErrorId::forbidden, "The request comes from another site.");
  }
  const auto& hash = exchange->session()->token_hash;
  if (clients_.size() >= kMaxClients || count_of(hash) >= kMaxPerSession) {
    return exchange->problem(ErrorId::unavailable, "Too many pages are open.");
  }
  exchange->upgrade(nullptr, kMaxMessageBytes, scope_.guard([this, hash](std::unique_ptr<WebSocket> socket) {
    opened(hash, std::move(socket));
  }));
}

void Hub::opened(const std::string& token_hash, std::unique_ptr<WebSocket> socket) {
  auto id = next_++;
  socket->on_text = [this, id](std::string_view) {
    if (auto found = clients_.find(id); found != clients_.end()) {
      found->second.socket->close(CloseCode::policy, "nothing is expected here");
    }
  };
  // The socket is in the middle of its callback, so it dies on the loop's next turn.
  socket->on_closed = [this, id] { glib::post(scope_.guard([this, id] { clients_.erase(id); })); };
  auto rooms = rooms_.list();
  socket->send(protocol::rooms_event(unix_ms(), rooms));
  auto& client = clients_.emplace(id, Client{std::move(socket), token_hash}).first->second;
  // The session may have ended while the handshake was on its way.
  if (!sessions_.contains(token_hash))
    client.socket->close(protocol::kCloseUnauthenticated, "the session ended");
}

std::size_t Hub::count_of(const std::string& token_hash) const {
  return static_cast<std::size_t>(std::count_if(clients_.begin(), clients_.end(), [&](const auto& entry) {
    return entry.second.token_hash == token_hash;
  }));
}

void Hub::broadcast(std::string text) {
  auto shared = std::make_shared<const std::string>(std::move(text));
  for (auto& [id, client] : clients_) client.socket->send(shared);
}

void Hub::tick() {
  broadcast(protocol::tick_event(unix_ms()));
  // An open page is a session in use, also when nobody touches the mouse.
  for (auto& [id, client] : clients_) {
    if (client.socket->open()) sessions_.touch(client.token_hash, unix_ms());
  }
}

void Hub::room_changed(const protocol::Room& room) {
  if (!clients_.empty()) broadcast(protocol::room_event(unix_ms(), room));
}

void Hub::room_removed(const RoomId& id) {
  broadcast(protocol::removed_event(unix_ms(), id.text()));
}

void Hub::session_ended(const std::string& token_hash) {
  for (auto& [id, client] : clients_) {
    if (client.token_hash == token_hash)
      client.socket->close(protocol::kCloseUnauthenticated, "the session ended");
  }
}

void Hub::close_all() {
  for (auto& [id, client] : clients_) client.socket->close(CloseCode::going_away, "the server is going down");
}

}  // namespace classcast::server
