// SPDX-License-Identifier: MIT
// What a page is told of rooms that it does not follow: how much is unread there.
#include "server/chat_channel.hpp"

namespace classcast::server {

using protocol::JsonWriter;

namespace {

void write_unread(JsonWriter& writer, const store::Unread& unread) {
  writer.text("room", unread.room).integer("seq", unread.seq);
  writer.integer("read", unread.read).integer("unread", unread.unread);
}

std::string unread_event(const std::vector<store::Unread>& unread) {
  return JsonWriter().text("type", "unread").objects("rooms", unread, write_unread).finish();
}

}  // namespace

void ChatChannel::opened(Page& page) {
  std::vector<RoomId> readable;
  for (const auto& room : rooms_.ids()) {
    if (members_.may(page.who, room, Right::read)) readable.push_back(room);
  }
  store_.run([readable = std::move(readable), user = page.who.user_id](
                 store::Database& database) { return store::unread_rooms(database, readable, user); },
             scope_.guard([this, id = page.id](const Result<std::vector<store::Unread>>& unread) {
               auto* there = find_page_(id);
               if (there != nullptr && unread && !unread->empty()) there->socket->send(unread_event(*unread));
             }));
}

void ChatChannel::tell_unread_soon(const RoomId& room) {
  unread_.insert(room);
  if (unread_timer_.active()) return;
  unread_timer_ = glib::Timer::once(kUnreadPause, [this] {
    for (const auto& one : std::exchange(unread_, {})) tell_unread(one);
  });
}

/// For pages that may read the room but do not follow it.
void ChatChannel::tell_unread(const RoomId& room) {
  std::set<std::int64_t> people;
  each_page_([&](Page& page) {
    if (!page.rooms.contains(room) && members_.may(page.who, room, Right::read))
      people.insert(page.who.user_id);
  });
  if (people.empty()) return;
  using PerPerson = std::map<std::int64_t, store::Unread>;
  store_.run(
      [room, people = std::move(people)](store::Database& database) -> Result<PerPerson> {
        PerPerson all;
        for (auto user : people) {
          auto one = store::unread_in(database, room, user);
          if (!one) return fail(one);
          all.emplace(user, std::move(*one));
        }
        return all;
      },
      scope_.guard([this, room](const Result<PerPerson>& unread) {
        if (!unread) return;
        each_page_([&](Page& page) {
          auto mine = unread->find(page.who.user_id);
          if (mine != unread->end() && !page.rooms.contains(room))
            page.socket->send(unread_event({mine->second}));
        });
      }));
}

}  // namespace classcast::server
