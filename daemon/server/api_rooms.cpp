// SPDX-License-Identifier: MIT
#include "server/api_rooms.hpp"

#include "base/strings.hpp"
#include "store/users.hpp"

#include <algorithm>

namespace classcast::server {

using protocol::ErrorId;
using protocol::JsonReader;
using protocol::JsonWriter;

namespace {

bool valid_description(std::string_view text) {
  return text.empty() || valid_line(text, RoomsApi::kMaxDescription);
}

Result<store::Room> read_room(JsonReader& body) {
  auto id_text = body.text("id");
  auto name = body.text("name");
  auto kind_text = body.optional_text("kind").value_or("classroom");
  auto description = body.optional_text("description").value_or("");
  if (auto read = body.finish(); !read) return fail(read);
  auto id = RoomId::parse(id_text);
  if (!id) return fail(id);
  if (!valid_room_name(name)) {
    return fail(Errc::invalid, "A room's name has 1 to {} characters and no control characters.",
                RoomsApi::kMaxNameLength);
  }
  auto kind = store::parse_room_kind(kind_text);
  if (!kind) return fail(Errc::invalid, "\"kind\" is classroom or stage.");
  if (!valid_description(description)) {
    return fail(Errc::invalid, "A description is one line of at most {} characters.",
                RoomsApi::kMaxDescription);
  }
  return store::Room{*id, name, *kind, description};
}

/// The room as it will be when what the body says is applied.
Result<store::Room> apply(store::Room room, JsonReader& body) {
  room.name = body.optional_text("name").value_or(room.name);
  room.description = body.optional_text("description").value_or(room.description);
  room.archived = body.optional_boolean("archived").value_or(room.archived);
  if (auto owner = body.optional_integer("owner_id")) room.owner_id = *owner;
  auto own_number = [&body](const char* key, std::optional<std::int64_t>& value, std::int64_t most) {
    auto given = body.optional_integer(key);
    if (!given) return;
    if (*given < -1 || *given > most) body.refuse(key, "is out of range");
    // -1: as the school's settings say.
    value = *given < 0 ? std::nullopt : given;
  };
  own_number("rewind_minutes", room.rewind_minutes, RoomsApi::kMaxRewindMinutes);
  own_number("keep_days", room.keep_days, RoomsApi::kMaxKeepDays);
  if (auto read = body.finish(); !read) return fail(read);
  if (!valid_room_name(room.name)) {
    return fail(Errc::invalid, "A room's name has 1 to {} characters and no control characters.",
                RoomsApi::kMaxNameLength);
  }
  if (!valid_description(room.description)) {
    return fail(Errc::invalid, "A description is one line of at most {} characters.",
                RoomsApi::kMaxDescription);
  }
  return room;
}

/// Only somebody who teaches can own a room.
Result<void> check_owner(store::Database& database, std::optional<std::int64_t> owner) {
  if (!owner) return {};
  auto user = store::find_user(database, *owner);
  if (!user) return fail(user);
  bool plain = *user && ((*user)->role == store::Role::student || (*user)->role == store::Role::guest);
  if (!*user || plain) return fail(Errc::invalid, "\"owner_id\" is nobody who can own a room.");
  return {};
}

bool contains_text(std::string_view haystack, const std::string& part) {
  return lower(haystack).find(part) != std::string::npos;
}

struct ListFilter {
  std::string part;
  std::string kind;
  std::string archived;
  std::string after;
  std::size_t limit = 0;
};

bool fits(const protocol::Room& room, const ListFilter& filter) {
  bool found = contains_text(room.id, filter.part) || contains_text(room.name, filter.part) ||
               contains_text(room.description, filter.part);
  bool shown = filter.archived == "all" || room.archived == (filter.archived == "true");
  return found && shown && (filter.kind.empty() || filter.kind == room.kind) && room.id > filter.after;
}

std::optional<ListFilter> read_filter(Exchange& exchange) {
  constexpr std::size_t kMaxText = 100;
  auto part = query_text(exchange, "q", kMaxText);
  auto after = part ? query_text(exchange, "after", kMaxText) : std::nullopt;
  auto limit = after ? query_number(exchange, "limit", Rooms::kMaxRooms, 1, Rooms::kMaxRooms) : std::nullopt;
  if (!limit) return std::nullopt;
  auto kind = exchange.query("kind").value_or("");
  auto archived = exchange.query("archived").value_or("false");
  bool known = (kind.empty() || store::parse_room_kind(kind)) &&
               (archived == "true" || archived == "false" || archived == "all");
  if (!known) {
    exchange.problem(ErrorId::bad_request,
                     "\"kind\" is classroom or stage; \"archived\" is true, false or all.");
    return std::nullopt;
  }
  return ListFilter{lower(*part), kind, archived, *after, static_cast<std::size_t>(*limit)};
}

}  // namespace

bool valid_room_name(std::string_view name) {
  return valid_line(name, RoomsApi::kMaxNameLength);
}

RoomId room_of(const Exchange& exchange) {
  return *RoomId::parse(exchange.parameter("room"));
}

void RoomsApi::add_routes(HttpServer& http) {
  auto route = [&http](const char* method, const char* path, Right right, Handler handler) {
    http.add({method, std::string("/api/v1/rooms/{room}") + path, Access::room, std::move(handler), right});
  };
  http.add({"GET", "/api/v1/rooms", Access::signed_in, [this](auto exchange) { list(*exchange); }});
  http.add({"POST", "/api/v1/rooms", Access::teaching, [this](auto exchange) { create(exchange); }});
  route("GET", "", Right::see, [this](auto exchange) { show(*exchange); });
  route("PATCH", "", Right::edit, [this](auto exchange) { change(exchange); });
  route("DELETE", "", Right::own, [this](auto exchange) { remove(exchange); });
  route("GET", "/members", Right::edit, [this](auto exchange) { members(exchange); });
  route("PUT", "/members/{user}", Right::edit, [this](auto exchange) { set_member(exchange); });
  route("DELETE", "/members/{user}", Right::edit, [this](auto exchange) { remove_member(exchange); });
  route("POST", "/watch", Right::watch, [this](auto exchange) { watch(*exchange); });
  route("POST", "/publish", Right::publish, [this](auto exchange) { publish(*exchange); });
  route("GET", "/still", Right::watch, [this](auto exchange) { still(*exchange); });
}

std::string RoomsApi::document(const RoomId& room, const store::Session& who) const {
  auto found = parts_.rooms.find(room);
  if (!found) return "{}";
  found->rights = rights_text(parts_.members, room, who);
  return protocol::to_json(*found);
}

void RoomsApi::list(Exchange& exchange) {
  auto filter = read_filter(exchange);
  if (!filter) return;
  std::vector<protocol::Room> found;
  for (auto& room : parts_.rooms.list()) {
    auto id = RoomId::parse(room.id);
    if (!id || !fits(room, *filter) || !parts_.members.may(*exchange.session(), *id, Right::see)) continue;
    room.rights = rights_text(parts_.members, *id, *exchange.session());
    found.push_back(std::move(room));
    if (found.size() > filter->limit) break;
  }
  bool more = found.size() > filter->limit;
  if (more) found.pop_back();
  exchange.json(200, protocol::rooms_json(found, more ? found.back().id : ""));
}

void RoomsApi::create(const ExchangePtr& exchange) {
  if (idempotency_.answered(*exchange)) return;
  auto body = json_body(*exchange);
  if (!body) return;
  auto room = read_room(*body);
  if (!room) return exchange->problem(room.error());
  bool admin = exchange->session()->role == store::Role::admin;
  if (!admin && room->kind != store::RoomKind::stage)
    return exchange->problem(ErrorId::forbidden, "Only an administrator makes classrooms; make a stage.");
  if (parts_.rooms.full()) return exchange->problem(ErrorId::conflict, "There are too many rooms.");
  room->owner_id = exchange->session()->user_id;
  room->owner_name = exchange->session()->user_name;
  parts_.store.run(
      [room = *room](store::Database& database) { return store::add_room(database, room, unix_ms()); },
      scope_.guard([this, exchange, room = *room](const Result<void>& stored) {
        if (!stored && stored.error().code == Errc::conflict)
          return exchange->problem(ErrorId::conflict, fmt::format("The id \"{}\" is taken.", room.id.text()));
        if (!stored) return exchange->problem(stored.error());
        created(exchange, room);
      }));
}

void RoomsApi::created(const ExchangePtr& exchange, const store::Room& room) {
  parts_.members.set_owner(room.id, room.owner_id);
  parts_.rooms.add(room);
  parts_.audit.note(*exchange, "room.create", room.id.text(), room.name);
  idempotency_.answer(*exchange, 201, document(room.id, *exchange->session()));
}

void RoomsApi::show(Exchange& exchange) {
  exchange.json(200, document(room_of(exchange), *exchange.session()));
}

void RoomsApi::change(const ExchangePtr& exchange) {
  auto body = json_body(*exchange);
  if (!body) return;
  auto room = apply(*parts_.rooms.record(room_of(*exchange)), *body);
  if (!room) return exchange->problem(room.error());
  ask(
      parts_.store, scope_, exchange,
      [room = *room](store::Database& database) -> Result<store::Room> {
        if (auto good = check_owner(database, room.owner_id); !good) return fail(good);
        if (auto done = store::update_room(database, room, unix_ms()); !done) return fail(done);
        auto stored = store::find_room(database, room.id);
        if (!stored) return fail(stored);
        if (!*stored) return fail(Errc::not_found, "There is no such room.");
        return **stored;
      },
      [this, exchange](const store::Room& updated) { changed(exchange, updated); });
}

void RoomsApi::changed(const ExchangePtr& exchange, const store::Room& room) {
  const auto* former = parts_.rooms.record(room.id);
  bool regroup =
      former != nullptr && (former->archived != room.archived || former->owner_id != room.owner_id);
  parts_.members.set_owner(room.id, room.owner_id);
  parts_.rooms.update(room);
  if (regroup) {
    parts_.hub.rights_changed(0);
    // Who still may comes back by itself, with a new token.
    parts_.relay.evict("user", room.id.text());
  }
  parts_.audit.note(*exchange, "room.change", room.id.text(),
                    fmt::format("{}{}", room.name, room.archived ? ", archived" : ""));
  exchange->json(200, document(room.id, *exchange->session()));
}

void RoomsApi::remove(const ExchangePtr& exchange) {
  auto id = room_of(*exchange);
  ask(
      parts_.store, scope_, exchange,
      [id](store::Database& database) { return store::remove_room(database, id); },
      [this, exchange, id] {
        parts_.agents.revoke(id);
        parts_.relay.evict("", id.text());
        parts_.rooms.remove(id);
        parts_.members.remove_room(id);
        parts_.stills.remove(id);
        parts_.audit.note(*exchange, "room.delete", id.text());
        no_content(*exchange);
      });
}

void RoomsApi::members(const ExchangePtr& exchange) {
  using People = std::vector<store::User>;
  auto relations = parts_.members.of(room_of(*exchange));
  ask(
      parts_.store, scope_, exchange,
      [relations](store::Database& database) -> Result<People> {
        People people;
        for (const auto& [id, relation] : relations) {
          auto user = store::find_user(database, id);
          if (!user) return fail(user);
          if (*user) people.push_back(std::move(**user));
        }
        return people;
      },
      [exchange, relations](const People& people) {
        exchange->json(200, JsonWriter()
                                .objects("members", people,
                                         [&](JsonWriter& w, const store::User& user) {
                                           w.integer("id", user.id).text("name", user.name);
                                           w.text("role", store::text(user.role));
                                           w.text("relation", text(relations.at(user.id)));
                                         })
                                .finish());
      });
}

void RoomsApi::set_member(const ExchangePtr& exchange) {
  auto user = path_number(*exchange, "user");
  auto body = user ? json_body(*exchange) : std::nullopt;
  if (!body) return;
  auto membership = store::parse_membership(body->text("relation"));
  if (!complete(*exchange, *body)) return;
  if (!membership) return exchange->problem(ErrorId::bad_request, "\"relation\" is moderator or member.");
  auto room = room_of(*exchange);
  if (parts_.members.full(room))
    return exchange->problem(ErrorId::conflict, "The room has too many members.");
  store::Member member{room, *user, *membership};
  parts_.store.run([member](store::Database& database) { return store::set_member(database, member); },
                   scope_.guard([this, exchange, member](const Result<void>& stored) {
                     if (!stored && stored.error().code == Errc::not_found)
                       return exchange->problem(ErrorId::not_found, "There is no such person.");
                     if (!stored) return exchange->problem(stored.error());
                     parts_.members.set(member);
                     parts_.hub.rights_changed(member.user_id);
                     parts_.audit.note(*exchange, "member.set", member.room.text(),
                                       fmt::format("user {} is {}", member.user_id, text(member.membership)));
                     no_content(*exchange);
                   }));
}

void RoomsApi::remove_member(const ExchangePtr& exchange) {
  auto user = path_number(*exchange, "user");
  if (!user) return;
  auto room = room_of(*exchange);
  ask(
      parts_.store, scope_, exchange,
      [room, user = *user](store::Database& database) { return store::remove_member(database, room, user); },
      [this, exchange, room, user = *user] {
        parts_.members.remove(room, user);
        parts_.hub.rights_changed(user);
        parts_.relay.evict(media_subject(user), room.text());
        parts_.audit.note(*exchange, "member.remove", room.text(), fmt::format("user {}", user));
        no_content(*exchange);
      });
}

void RoomsApi::ticket(Exchange& exchange, const RoomId& room, protocol::Right right) {
  auto now_s = unix_ms() / 1000;
  auto subject = media_subject(*exchange.session());
  bool publish = right == protocol::Right::publish;
  exchange.json(200, JsonWriter()
                         .text("url", (publish ? "/whip/" : "/whep/") + room.text())
                         .text("token", parts_.signer.sign(subject, room.text(), right, now_s))
                         .integer("expires", now_s + protocol::kTokenLifeSeconds)
                         .finish());
}

void RoomsApi::watch(Exchange& exchange) {
  auto room = room_of(exchange);
  parts_.audit.note(exchange, "room.watch", room.text());
  ticket(exchange, room, protocol::Right::watch);
}

void RoomsApi::publish(Exchange& exchange) {
  auto room = room_of(exchange);
  const auto* record = parts_.rooms.record(room);
  if (record->kind != store::RoomKind::stage || record->archived) {
    return exchange.problem(ErrorId::conflict,
                            "Only a stage that is in use is streamed into from a browser.");
  }
  parts_.audit.note(exchange, "room.publish", room.text());
  ticket(exchange, room, protocol::Right::publish);
}

void RoomsApi::still(Exchange& exchange) {
  const auto* still = parts_.stills.find(room_of(exchange));
  if (still == nullptr) return exchange.problem(ErrorId::not_found, "There is no still of this room.");
  bool known = exchange.header("If-None-Match") == still->etag;
  Response response{known ? 304 : 200, known ? "" : "image/jpeg", "", {}, {{"ETag", still->etag}}};
  response.headers.emplace_back("Cache-Control", "private, no-cache");
  if (!known) response.shared_body = still->jpeg;
  exchange.answer(std::move(response));
}

}  // namespace classcast::server
