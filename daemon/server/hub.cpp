// SPDX-License-Identifier: MIT
#include "server/hub.hpp"

#include "protocol/agent.hpp"
#include "server/gate.hpp"

#include <algorithm>

namespace classcast::server {

using protocol::ErrorId;

std::vector<std::string> rights_text(const Members& members, const RoomId& room, const store::Session& who) {
  std::vector<std::string> names;
  for (auto right : rights_of(who.role, members.relation(room, who.user_id))) names.emplace_back(text(right));
  return names;
}

std::vector<protocol::Room> rooms_for(const Rooms& rooms, const Members& members, const store::Session& who) {
  std::vector<protocol::Room> mine;
  for (auto& room : rooms.list()) {
    auto id = RoomId::parse(room.id);
    if (!id || room.archived || !members.may(who, *id, Right::see)) continue;
    room.rights = rights_text(members, *id, who);
    mine.push_back(std::move(room));
  }
  return mine;
}

Hub::Hub(Rooms& rooms, Members& members, Sessions& sessions, Chat& chat, store::StoreThread& store)
    : rooms_(rooms),
      members_(members),
      sessions_(sessions),
      chat_(
          chat, rooms, members, store,
          [this](std::uint64_t id) -> Page* {
            auto found = pages_.find(id);
            return found == pages_.end() ? nullptr : &found->second;
          },
          [this](const std::function<void(Page&)>& work) {
            for (auto& [id, page] : pages_) work(page);
          }),
      tick_(glib::Timer::every(kTick, [this] { tick(); })) {
  chat.on_changed = [this](const RoomId& room, const std::vector<store::Message>& messages) {
    chat_.changed(room, messages);
  };
}

Hub::~Hub() {
  for (auto& [id, page] : pages_) chat_.gone(page);
  pages_.clear();
}

void Hub::handle(const std::shared_ptr<Exchange>& exchange) {
  // A WebSocket is no fetch: the browser sends cookies from any page, so the Origin is what protects it.
  if (!own_origin(exchange->header("Origin"), exchange->header("Host"))) {
    return exchange->problem(ErrorId::forbidden, "The request comes from another site.");
  }
  const auto& hash = exchange->session()->token_hash;
  if (pages_.size() >= kMaxClients || count_of(hash) >= kMaxPerSession) {
    return exchange->problem(ErrorId::unavailable, "Too many pages are open.");
  }
  exchange->upgrade(nullptr, kMaxMessageBytes, scope_.guard([this, hash](std::unique_ptr<WebSocket> socket) {
    opened(hash, std::move(socket));
  }));
}

void Hub::opened(const std::string& token_hash, std::unique_ptr<WebSocket> socket) {
  auto id = next_++;
  auto& page = pages_[id];
  page.id = id;
  page.socket = std::move(socket);
  page.who.token_hash = token_hash;
  page.socket->on_text = [this, id](std::string_view text) {
    auto found = pages_.find(id);
    if (found != pages_.end() && refresh(found->second)) chat_.received(found->second, text);
  };
  // The socket is in the middle of its callback, so it dies on the loop's next turn.
  page.socket->on_closed = [this, id] {
    if (auto found = pages_.find(id); found != pages_.end()) chat_.gone(found->second);
    glib::post(scope_.guard([this, id] { pages_.erase(id); }));
  };
  // The session may have ended while the handshake was on its way.
  if (!refresh(page)) return page.socket->close(protocol::kCloseUnauthenticated, "the session ended");
  greet(page);
}

bool Hub::refresh(Page& page) {
  const auto* session = sessions_.by_hash(page.who.token_hash);
  if (session != nullptr) page.who = *session;
  return session != nullptr;
}

void Hub::greet(Page& page) {
  page.socket->send(protocol::rooms_event(unix_ms(), rooms_for(rooms_, members_, page.who)));
  chat_.opened(page);
}

std::size_t Hub::count_of(const std::string& token_hash) const {
  return static_cast<std::size_t>(std::count_if(pages_.begin(), pages_.end(), [&](const auto& entry) {
    return entry.second.who.token_hash == token_hash;
  }));
}

void Hub::broadcast(const RoomId& room, const std::string& text) {
  tell(room, Right::see, text);
}

void Hub::tell(const RoomId& room, Right right, const std::string& text) {
  auto shared = std::make_shared<const std::string>(text);
  for (auto& [id, page] : pages_) {
    if (members_.may(page.who, room, right)) page.socket->send(shared);
  }
}

void Hub::tell_overseers(const std::string& text) {
  auto shared = std::make_shared<const std::string>(text);
  for (auto& [id, page] : pages_) {
    bool oversees = page.who.role == store::Role::admin || page.who.role == store::Role::principal;
    if (oversees) page.socket->send(shared);
  }
}

void Hub::tick() {
  auto shared = std::make_shared<const std::string>(protocol::tick_event(unix_ms()));
  for (auto& [id, page] : pages_) {
    page.socket->send(shared);
    // An open page is a session in use, also when nobody touches the mouse.
    if (page.socket->open()) sessions_.touch(page.who.token_hash, unix_ms());
  }
}

void Hub::room_changed(const protocol::Room& room) {
  auto id = RoomId::parse(room.id);
  if (pages_.empty() || !id) return;
  broadcast(*id, room.archived ? protocol::removed_event(unix_ms(), room.id)
                               : protocol::room_event(unix_ms(), room));
}

void Hub::room_removed(const RoomId& id) {
  broadcast(id, protocol::removed_event(unix_ms(), id.text()));
  chat_.room_removed(id);
}

void Hub::rights_changed(std::int64_t user_id) {
  for (auto& [id, page] : pages_) {
    if (user_id != 0 && page.who.user_id != user_id) continue;
    if (!refresh(page)) continue;
    chat_.rights_changed(page);
    page.socket->send(protocol::rooms_event(unix_ms(), rooms_for(rooms_, members_, page.who)));
  }
}

void Hub::session_ended(const std::string& token_hash) {
  for (auto& [id, page] : pages_) {
    if (page.who.token_hash == token_hash)
      page.socket->close(protocol::kCloseUnauthenticated, "the session ended");
  }
}

void Hub::close_all() {
  for (auto& [id, page] : pages_) page.socket->close(CloseCode::going_away, "the server is going down");
}

}  // namespace classcast::server
