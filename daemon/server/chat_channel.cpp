// SPDX-License-Identifier: MIT
#include "server/chat_channel.hpp"

#include "base/strings.hpp"
#include "server/api.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace classcast::server {

using protocol::ErrorId;
using protocol::JsonReader;
using protocol::JsonWriter;

namespace {

constexpr std::size_t kMaxRefBytes = 64;

JsonWriter answer(std::string_view type, std::string_view ref, const RoomId& room) {
  JsonWriter writer;
  writer.text("type", type);
  if (!ref.empty()) writer.text("ref", ref);
  writer.text("room", room.text());
  return writer;
}

}  // namespace

/// What somebody gets who begins to follow a room.
struct ChatChannel::Opening {
  store::ChatPage page;
  std::int64_t read = 0;
  std::optional<store::Message> pinned;
  /// Nothing is missing after this page: live changes may follow.
  bool live = true;
};

ChatChannel::ChatChannel(Chat& chat, Rooms& rooms, Members& members, store::StoreThread& store,
                         FindPage find_page, EachPage each_page)
    : chat_(chat),
      rooms_(rooms),
      members_(members),
      store_(store),
      find_page_(std::move(find_page)),
      each_page_(std::move(each_page)) {}

const ChatChannel::Verb* ChatChannel::verb_of(std::string_view type) {
  static const std::map<std::string_view, Verb> kVerbs = {
      {"subscribe", {&ChatChannel::subscribe, Right::read}},
      {"unsubscribe", {&ChatChannel::unsubscribe, Right::see}},
      {"history", {&ChatChannel::history, Right::read}},
      {"send", {&ChatChannel::send, Right::write}},
      {"edit", {&ChatChannel::edit, Right::write}},
      {"delete", {&ChatChannel::remove, Right::write}},
      {"pin", {&ChatChannel::pin, Right::moderate}},
      {"unpin", {&ChatChannel::unpin, Right::moderate}},
      {"typing", {&ChatChannel::typing, Right::write}},
      {"read", {&ChatChannel::read, Right::read}},
  };
  auto found = kVerbs.find(type);
  return found == kVerbs.end() ? nullptr : &found->second;
}

void ChatChannel::received(Page& page, std::string_view text) {
  if (auto wait = page.requests.take("", now()))
    return refuse(page, "", ErrorId::too_many_requests, "Too many requests; wait a little.", wait);
  auto body = JsonReader::parse(text);
  if (!body) {
    refuse(page, "", body.error());
    if (++page.malformed >= Page::kMaxMalformed) page.socket->close(CloseCode::policy, "malformed frames");
    return;
  }
  auto ref = body->optional_text("ref").value_or("");
  auto type = body->text("type");
  auto room_text = body->text("room");
  if (ref.size() > kMaxRefBytes)
    return refuse(page, "", ErrorId::bad_request, "\"ref\" has more than 64 bytes.");
  const auto* verb = verb_of(type);
  if (verb == nullptr) return refuse(page, ref, ErrorId::unknown_type, "There is no such kind of request.");
  if (auto read = body->finish(); !read) return refuse(page, ref, read.error());
  auto room = RoomId::parse(room_text);
  bool there = room && rooms_.contains(*room);
  auto relation = there ? members_.relation(*room, page.who.user_id) : Relation::none;
  if (!there || !allowed(Right::see, page.who.role, relation))
    return refuse(page, ref, ErrorId::not_found, "There is no such room.");
  if (!allowed(verb->right, page.who.role, relation))
    return refuse(page, ref, ErrorId::forbidden, "You do not have the right to do this in this room.");
  Request request{page.id, ref, *room, std::move(*body)};
  (this->*verb->handler)(page, request);
}

void ChatChannel::refuse(Page& page, std::string_view ref, ErrorId id, std::string_view detail,
                         std::optional<Duration> wait) {
  JsonWriter writer;
  writer.text("type", "error");
  if (!ref.empty()) writer.text("ref", ref);
  writer.text("error", protocol::describe(id).name).text("detail", detail);
  if (wait) writer.integer("retry_ms", to_ms(*wait) + 1);
  page.socket->send(writer.finish());
}

void ChatChannel::refuse(Page& page, std::string_view ref, const Error& error) {
  auto id = protocol::error_id(error.code);
  bool ours = id == ErrorId::internal || id == ErrorId::unavailable;
  refuse(page, ref, id, ours ? "The server cannot do this now; try again." : error.message);
}

bool ChatChannel::complete(Page& page, const Request& request) {
  auto read = request.body.finish();
  if (!read) refuse(page, request.ref, read.error());
  return read.has_value();
}

Speaker ChatChannel::speaker(const Page& page, const RoomId& room) const {
  return {page.who.user_id, page.who.user_name, members_.may(page.who, room, Right::moderate)};
}

ChatRoom* ChatChannel::room_of(const RoomId& id) {
  auto found = chats_.find(id);
  return found == chats_.end() ? nullptr : found->second.get();
}

void ChatChannel::subscribe(Page& page, Request& request) {
  auto after = request.body.optional_integer("after");
  if (!complete(page, request)) return;
  if (after && *after < 0) return refuse(page, request.ref, ErrorId::bad_request, "\"after\" is negative.");
  if (page.rooms.size() + page.joining.size() >= Page::kMaxRooms && !page.rooms.contains(request.room))
    return refuse(page, request.ref, ErrorId::conflict, "One page follows at most 50 rooms.");
  leave(page, request.room);
  page.joining.insert(request.room);
  store_.run(
      [room = request.room, user = page.who.user_id, after](store::Database& database) -> Result<Opening> {
        auto messages = after ? store::messages_after(database, room, *after, kMaxPage)
                              : store::messages_before(database, room, std::nullopt, kFirstPage);
        if (!messages) return fail(messages);
        auto read = store::read_mark(database, room, user);
        if (!read) return fail(read);
        auto pinned = store::pinned_message(database, room);
        if (!pinned) return fail(pinned);
        bool live = !after || !messages->more;
        return Opening{std::move(*messages), *read, std::move(*pinned), live};
      },
      scope_.guard([this, id = page.id, ref = request.ref, room = request.room](
                       const Result<Opening>& opening) { subscribed(id, ref, room, opening); }));
}

/// The store answers in order: what was stored before this page of messages is in it, and what is stored
/// later is told later. So nothing is missing or double.
void ChatChannel::subscribed(std::uint64_t page_id, const std::string& ref, const RoomId& room,
                             const Result<Opening>& opening) {
  auto* page = find_page_(page_id);
  if (page == nullptr || page->joining.erase(room) == 0) return;
  if (!opening) return refuse(*page, ref, opening.error());
  auto writer = answer("subscribed", ref, room);
  writer.integer("seq", opening->page.seq).integer("read", opening->read).boolean("more", opening->page.more);
  writer.objects("messages", opening->page.messages, write_message);
  if (opening->pinned) {
    writer.object("pinned", [&opening](JsonWriter& w) { write_message(w, *opening->pinned); });
  }
  if (opening->live) {
    auto& chat = chats_[room];
    if (!chat) chat = std::make_unique<ChatRoom>(room);
    chat->join(*page);
    page->rooms.insert(room);
    chat->write_people(writer);
  }
  page->socket->send(writer.finish());
}

void ChatChannel::leave(Page& page, const RoomId& room) {
  page.joining.erase(room);
  if (page.rooms.erase(room) == 0) return;
  auto* chat = room_of(room);
  if (chat == nullptr) return;
  chat->leave(page);
  if (chat->empty()) chats_.erase(room);
}

void ChatChannel::unsubscribe(Page& page, Request& request) {
  leave(page, request.room);
  page.socket->send(answer("unsubscribed", request.ref, request.room).finish());
}

void ChatChannel::history(Page& page, Request& request) {
  auto before = request.body.integer("before");
  auto limit =
      std::clamp<std::int64_t>(request.body.optional_integer("limit").value_or(kFirstPage), 1, kMaxPage);
  if (!complete(page, request)) return;
  store_.run([room = request.room, before, limit](
                 store::Database& database) { return store::messages_before(database, room, before, limit); },
             scope_.guard([this, id = page.id, ref = request.ref,
                           room = request.room](const Result<store::ChatPage>& messages) {
               auto* there = find_page_(id);
               if (there == nullptr) return;
               if (!messages) return refuse(*there, ref, messages.error());
               there->socket->send(answer("history", ref, room)
                                       .objects("messages", messages->messages, write_message)
                                       .boolean("more", messages->more)
                                       .finish());
             }));
}

Chat::Done ChatChannel::acknowledge(const Request& request) {
  return scope_.guard([this, id = request.page, ref = request.ref,
                       room = request.room](const Result<store::Message>& message) {
    auto* page = find_page_(id);
    if (page == nullptr) return;
    if (!message) return refuse(*page, ref, message.error());
    auto writer = answer("ack", ref, room);
    writer.integer("id", message->id).integer("seq", message->seq);
    if (!message->client_id.empty()) writer.text("client_id", message->client_id);
    page->socket->send(writer.finish());
  });
}

bool ChatChannel::may_speak(Page& page, const Request& request) {
  auto wait = chat_.must_wait(request.room, speaker(page, request.room));
  if (wait) refuse(page, request.ref, ErrorId::too_many_requests, "You are writing too fast.", wait);
  return !wait;
}

void ChatChannel::send(Page& page, Request& request) {
  auto client_id = request.body.text("client_id");
  auto raw = request.body.text("text");
  if (!complete(page, request)) return;
  if (!valid_client_id(client_id)) {
    return refuse(page, request.ref, ErrorId::bad_request,
                  "\"client_id\" has 1 to 64 letters, digits, _ or -.");
  }
  auto text = readable_message(raw);
  if (!text && text.error().code == Errc::exhausted)
    return refuse(page, request.ref, ErrorId::message_too_long, text.error().message);
  if (!text) return refuse(page, request.ref, text.error());
  if (!may_speak(page, request)) return;
  chat_.send(request.room, speaker(page, request.room), client_id, *text, acknowledge(request));
}

void ChatChannel::edit(Page& page, Request& request) {
  auto id = request.body.integer("id");
  auto raw = request.body.text("text");
  if (!complete(page, request)) return;
  auto text = readable_message(raw);
  if (!text && text.error().code == Errc::exhausted)
    return refuse(page, request.ref, ErrorId::message_too_long, text.error().message);
  if (!text) return refuse(page, request.ref, text.error());
  if (!may_speak(page, request)) return;
  chat_.edit(request.room, speaker(page, request.room), id, *text, acknowledge(request));
}

void ChatChannel::remove(Page& page, Request& request) {
  auto id = request.body.integer("id");
  if (!complete(page, request)) return;
  chat_.remove(request.room, speaker(page, request.room), id, acknowledge(request));
}

void ChatChannel::pin(Page& page, Request& request) {
  set_pin(page, request, true);
}

void ChatChannel::unpin(Page& page, Request& request) {
  set_pin(page, request, false);
}

void ChatChannel::set_pin(Page& page, Request& request, bool pinned) {
  auto id = request.body.integer("id");
  if (!complete(page, request)) return;
  chat_.pin(request.room, id, pinned, acknowledge(request));
}

void ChatChannel::typing(Page& page, Request& request) {
  if (!page.rooms.contains(request.room))
    return refuse(page, request.ref, ErrorId::not_subscribed, "Subscribe to the room first.");
  if (auto* chat = room_of(request.room)) chat->typing(page);
}

void ChatChannel::read(Page& page, Request& request) {
  auto seq = request.body.integer("seq");
  if (!complete(page, request)) return;
  if (seq < 0) return refuse(page, request.ref, ErrorId::bad_request, "\"seq\" is negative.");
  auto user = page.who.user_id;
  store_.run([room = request.room, user,
              seq](store::Database& database) { return store::set_read_mark(database, room, user, seq); },
             scope_.guard([this, id = page.id, user, ref = request.ref,
                           room = request.room](const Result<std::int64_t>& mark) {
               auto* asker = find_page_(id);
               if (!mark && asker != nullptr) return refuse(*asker, ref, mark.error());
               if (!mark) return;
               each_page_([&](Page& each) {
                 if (each.who.user_id != user) return;
                 auto writer = answer("read", each.id == id ? ref : "", room);
                 each.socket->send(writer.integer("seq", *mark).finish());
               });
             }));
}

void ChatChannel::changed(const RoomId& room, const std::vector<store::Message>& messages) {
  if (auto* chat = room_of(room)) chat->tell(messages);
  tell_unread_soon(room);
}

void ChatChannel::gone(Page& page) {
  auto rooms = page.rooms;
  for (const auto& room : rooms) leave(page, room);
  page.joining.clear();
}

void ChatChannel::rights_changed(Page& page) {
  std::set<RoomId> followed = page.rooms;
  followed.insert(page.joining.begin(), page.joining.end());
  for (const auto& room : followed) {
    if (rooms_.contains(room) && members_.may(page.who, room, Right::read)) continue;
    leave(page, room);
    page.socket->send(answer("unsubscribed", "", room).finish());
  }
}

void ChatChannel::room_removed(const RoomId& room) {
  each_page_([&](Page& page) {
    bool followed = page.rooms.contains(room) || page.joining.contains(room);
    if (!followed) return;
    leave(page, room);
    page.socket->send(answer("unsubscribed", "", room).finish());
  });
}

}  // namespace classcast::server
