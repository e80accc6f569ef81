// SPDX-License-Identifier: MIT
// ChatChannel: what pages ask on /ws (docs/ref/protocol.md §7.2 and §7.3).
#pragma once

#include "glib/scope.hpp"
#include "protocol/json.hpp"
#include "protocol/problem.hpp"
#include "server/chat.hpp"
#include "server/chat_room.hpp"
#include "server/members.hpp"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace classcast::server {

class ChatChannel {
 public:
  static constexpr std::int64_t kFirstPage = 50;
  static constexpr std::int64_t kMaxPage = 200;
  static constexpr Duration kUnreadPause = 2s;

  using FindPage = std::function<Page*(std::uint64_t)>;
  using EachPage = std::function<void(const std::function<void(Page&)>&)>;

  ChatChannel(Chat& chat, Rooms& rooms, Members& members, store::StoreThread& store, FindPage find_page,
              EachPage each_page);

  /// A page opened: tells it what is unread.
  void opened(Page& page);
  void received(Page& page, std::string_view text);
  void gone(Page& page);
  void changed(const RoomId& room, const std::vector<store::Message>& messages);
  /// Takes pages out of rooms that they may no longer read.
  void rights_changed(Page& page);
  void room_removed(const RoomId& room);

 private:
  /// One request: who asks, what its answer repeats, and what it says.
  struct Request {
    std::uint64_t page;
    std::string ref;
    RoomId room;
    protocol::JsonReader body;
  };
  using Handler = void (ChatChannel::*)(Page&, Request&);
  struct Verb {
    Handler handler;
    Right right;
  };
  static const Verb* verb_of(std::string_view type);

  void subscribe(Page& page, Request& request);
  void unsubscribe(Page& page, Request& request);
  void history(Page& page, Request& request);
  void send(Page& page, Request& request);
  void edit(Page& page, Request& request);
  void remove(Page& page, Request& request);
  void pin(Page& page, Request& request);
  void unpin(Page& page, Request& request);
  void typing(Page& page, Request& request);
  void read(Page& page, Request& request);

  struct Opening;
  void subscribed(std::uint64_t page, const std::string& ref, const RoomId& room,
                  const Result<Opening>& opening);
  void set_pin(Page& page, Request& request, bool pinned);
  void refuse(Page& page, std::string_view ref, protocol::ErrorId id, std::string_view detail,
              std::optional<Duration> wait = {});
  void refuse(Page& page, std::string_view ref, const Error& error);
  bool complete(Page& page, const Request& request);
  bool may_speak(Page& page, const Request& request);
  [[nodiscard]] Speaker speaker(const Page& page, const RoomId& room) const;
  Chat::Done acknowledge(const Request& request);
  void leave(Page& page, const RoomId& room);
  ChatRoom* room_of(const RoomId& id);
  void tell_unread(const RoomId& room);
  void tell_unread_soon(const RoomId& room);

  Chat& chat_;
  Rooms& rooms_;
  Members& members_;
  store::StoreThread& store_;
  FindPage find_page_;
  EachPage each_page_;
  std::map<RoomId, std::unique_ptr<ChatRoom>> chats_;
  std::set<RoomId> unread_;
  glib::Timer unread_timer_;
  glib::Scope scope_;
};

}  // namespace classcast::server
