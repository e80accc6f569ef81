// SPDX-License-Identifier: MIT
#include "server/api_rooms.hpp"

#include "base/random.hpp"
#include "base/strings.hpp"
#include "glib/log.hpp"
#include "protocol/json.hpp"
#include "server/sessions.hpp"

#include <algorithm>

namespace classcast::server {

using protocol::ErrorId;

namespace {

constexpr std::size_t kCredentialBytes = 32;

Result<store::Room> read_room(std::string_view text) {
  auto body = protocol::JsonReader::parse(text);
  if (!body) return fail(body);
  auto id_text = body->text("id");
  auto name = body->text("name");
  if (auto read = body->finish(); !read) return fail(read);
  auto id = RoomId::parse(id_text);
  if (!id) return fail(id);
  if (!valid_room_name(name)) {
    return fail(Errc::invalid, "A room's name has 1 to {} bytes and no control characters.",
                RoomsApi::kMaxNameLength);
  }
  return store::Room{*id, name};
}

}  // namespace

bool valid_room_name(std::string_view name) {
  bool control = std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; });
  return name == trim(name) && !name.empty() && name.size() <= RoomsApi::kMaxNameLength && !control;
}

void RoomsApi::add_routes(HttpServer& http) {
  http.add({"GET", "/api/v1/rooms", Access::signed_in, [this](auto exchange) { list(*exchange); }});
  http.add({"POST", "/api/v1/rooms", Access::admin, [this](auto exchange) { create(exchange); }});
  http.add({"DELETE", "/api/v1/rooms/{id}", Access::admin, [this](auto exchange) { remove(exchange); }});
  http.add({"POST", "/api/v1/rooms/{id}/device", Access::admin, [this](auto exchange) { enrol(exchange); }});
  http.add(
      {"POST", "/api/v1/rooms/{id}/watch", Access::signed_in, [this](auto exchange) { watch(*exchange); }});
}

void RoomsApi::list(Exchange& exchange) {
  auto rooms = rooms_.list();
  exchange.json(200, protocol::rooms_json(rooms));
}

std::optional<RoomId> RoomsApi::named_room(Exchange& exchange) {
  auto id = RoomId::parse(exchange.parameter("id"));
  if (id && rooms_.contains(*id)) return *id;
  exchange.problem(ErrorId::not_found,
                   fmt::format("There is no room \"{}\".", printable(exchange.parameter("id"))));
  return std::nullopt;
}

void RoomsApi::create(const ExchangePtr& exchange) {
  if (exchange->content_type() != "application/json") {
    return exchange->problem(ErrorId::unsupported_media_type, "The body must be application/json.");
  }
  auto room = read_room(exchange->body());
  if (!room) return exchange->problem(room.error());
  if (rooms_.full()) return exchange->problem(ErrorId::conflict, "There are too many rooms.");
  store_.run([room = *room](store::Database& database) { return store::add_room(database, room, unix_ms()); },
             scope_.guard([this, exchange, room = *room](const Result<void>& stored) {
               if (!stored && stored.error().code == Errc::conflict) {
                 return exchange->problem(ErrorId::conflict,
                                          fmt::format("The room \"{}\" exists.", room.id.text()));
               }
               if (!stored) return exchange->problem(stored.error());
               rooms_.add(room);
               glib::log::info("rooms", "{} has made the room {}", printable(exchange->session()->user_name),
                               room.id.text());
               exchange->json(201, protocol::to_json(*rooms_.find(room.id)));
             }));
}

void RoomsApi::remove(const ExchangePtr& exchange) {
  auto id = named_room(*exchange);
  if (!id) return;
  store_.run([id = *id](store::Database& database) { return store::remove_room(database, id); },
             scope_.guard([this, exchange, id = *id](const Result<void>& removed) {
               if (!removed) return exchange->problem(removed.error());
               agents_.revoke(id);
               rooms_.remove(id);
               glib::log::info("rooms", "{} has removed the room {}",
                               printable(exchange->session()->user_name), id.text());
               exchange->answer({204, "", "", {}, {}});
             }));
}

void RoomsApi::enrol(const ExchangePtr& exchange) {
  auto id = named_room(*exchange);
  if (!id) return;
  Secret credential(random_hex(kCredentialBytes));
  store::Device device{*id, sha256_hex(credential.reveal())};
  store_.run([device](store::Database& database) { return store::set_device(database, device, unix_ms()); },
             scope_.guard([this, exchange, device, credential](const Result<void>& stored) {
               if (!stored) return exchange->problem(stored.error());
               rooms_.set_device(device.room, device.credential_hash);
               agents_.revoke(device.room);
               glib::log::info("rooms", "{} has set up a classroom PC for {}",
                               printable(exchange->session()->user_name), device.room.text());
               exchange->json(201, protocol::JsonWriter().text("credential", credential.reveal()).finish());
             }));
}

void RoomsApi::watch(Exchange& exchange) {
  auto id = named_room(exchange);
  if (!id) return;
  auto now_s = unix_ms() / 1000;
  auto subject = fmt::format("user:{}", exchange.session()->user_id);
  exchange.json(200, protocol::JsonWriter()
                         .text("url", "/whep/" + id->text())
                         .text("token", signer_.sign(subject, id->text(), protocol::Right::watch, now_s))
                         .integer("expires", now_s + protocol::kTokenLifeSeconds)
                         .finish());
}

}  // namespace classcast::server
