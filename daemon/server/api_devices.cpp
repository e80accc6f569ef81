// SPDX-License-Identifier: MIT
#include "server/api_devices.hpp"

#include "base/random.hpp"
#include "base/strings.hpp"
#include "server/api_keys.hpp"
#include "server/api_rooms.hpp"

#include <algorithm>

namespace classcast::server {

using protocol::ErrorId;
using protocol::JsonWriter;

namespace {

constexpr std::size_t kCredentialBytes = 32;
constexpr std::size_t kMaxHost = 253;

void write_source(JsonWriter& writer, const char* key, protocol::SourceState state,
                  const std::string& cause) {
  writer.object(key, [&](JsonWriter& w) { w.text("state", protocol::to_text(state)).text("cause", cause); });
}

void write_host(JsonWriter& writer, const protocol::HostReport& host) {
  writer.object("resources", [&host](JsonWriter& w) {
    w.number("cpu_percent", host.cpu_percent).integer("memory_mb", host.memory_mb);
    w.integer("temperature_c", host.temperature_c).integer("disk_free_mb", host.disk_free_mb);
    w.integer("clock_offset_ms", host.clock_offset_ms);
  });
}

bool valid_host(std::string_view host) {
  return host.size() <= kMaxHost && valid_line(host, kMaxHost);
}

}  // namespace

void DevicesApi::add_routes(HttpServer& http) {
  auto of_room = [&http](const char* method, const char* path, Handler handler) {
    http.add({method, std::string("/api/v1/rooms/{room}") + path, Access::room, std::move(handler),
              Right::device});
  };
  auto admin = [&http](const char* method, const char* path, Handler handler) {
    http.add({method, std::string("/api/v1") + path, Access::admin, std::move(handler)});
  };
  admin("GET", "/devices", [this](auto exchange) { list(*exchange); });
  of_room("GET", "/device", [this](auto exchange) { show(*exchange); });
  of_room("POST", "/device", [this](auto exchange) { replace(exchange); });
  of_room("DELETE", "/device", [this](auto exchange) { revoke(exchange); });
  of_room("POST", "/device/commands", [this](auto exchange) { command(exchange); });
  of_room("POST", "/enrolment", [this](auto exchange) { make_code(exchange); });
  http.add({"POST", "/api/v1/enrolments", Access::foreign, [this](auto exchange) { enrol(exchange); }});
  admin("GET", "/enrolment-tokens", [this](auto exchange) { list_tokens(exchange); });
  admin("POST", "/enrolment-tokens", [this](auto exchange) { make_token(exchange); });
  admin("DELETE", "/enrolment-tokens/{token}", [this](auto exchange) { remove_token(exchange); });
}

void DevicesApi::write_device(JsonWriter& writer, const store::Device& device) const {
  auto since = parts_.agents.since_ms(device.room);
  writer.text("room", device.room.text()).text("name", parts_.rooms.name_of(device.room));
  writer.boolean("connected", since.has_value()).integer("created_ms", device.created_ms);
  for (auto [key, value] : {std::pair("host", &device.host), std::pair("software", &device.software),
                            std::pair("address", &device.address)}) {
    if (!value->empty()) writer.text(key, *value);
  }
  writer.integer("seen_ms", device.seen_ms).integer("since_ms", since);
  const auto* agent = parts_.rooms.agent(device.room);
  if (agent == nullptr || !agent->heartbeat_at) return;
  const auto& heartbeat = agent->heartbeat;
  write_source(writer, "camera", heartbeat.camera.state, heartbeat.camera.cause);
  write_source(writer, "microphone", heartbeat.microphone.state, heartbeat.microphone.cause);
  write_source(writer, "uplink", heartbeat.uplink.state, heartbeat.uplink.cause);
  if (heartbeat.host) write_host(writer, *heartbeat.host);
}

void DevicesApi::list(Exchange& exchange) {
  std::vector<const store::Device*> devices;
  for (const auto& room : parts_.rooms.ids()) {
    if (const auto* device = parts_.rooms.device(room)) devices.push_back(device);
  }
  exchange.json(200,
                JsonWriter()
                    .objects("devices", devices,
                             [this](JsonWriter& w, const store::Device* device) { write_device(w, *device); })
                    .finish());
}

void DevicesApi::show(Exchange& exchange) {
  const auto* device = parts_.rooms.device(room_of(exchange));
  if (device == nullptr)
    return exchange.problem(ErrorId::not_found, "No classroom PC has been set up for this room.");
  JsonWriter writer;
  write_device(writer, *device);
  exchange.json(200, writer.finish());
}

void DevicesApi::replace(const ExchangePtr& exchange) {
  Secret credential(random_hex(kCredentialBytes));
  store::Device device{room_of(*exchange), sha256_hex(credential.reveal()), unix_ms()};
  ask(
      parts_.store, scope_, exchange,
      [device](store::Database& database) { return store::set_device(database, device, device.created_ms); },
      [this, exchange, device, credential] {
        parts_.rooms.set_device(device);
        parts_.agents.revoke(device.room);
        parts_.audit.note(*exchange, "device.replace", device.room.text());
        exchange->json(201, JsonWriter().text("credential", credential.reveal()).finish());
      });
}

void DevicesApi::revoke(const ExchangePtr& exchange) {
  auto room = room_of(*exchange);
  ask(
      parts_.store, scope_, exchange,
      [room](store::Database& database) { return store::remove_device(database, room); },
      [this, exchange, room] {
        parts_.agents.revoke(room);
        parts_.rooms.remove_device(room);
        parts_.audit.note(*exchange, "device.revoke", room.text());
        no_content(*exchange);
      });
}

void DevicesApi::command(const ExchangePtr& exchange) {
  auto body = json_body(*exchange);
  if (!body) return;
  auto command = body->text("command");
  if (!complete(*exchange, *body)) return;
  if (command != "restart" && command != "doctor" && command != "log")
    return exchange->problem(ErrorId::bad_request, "\"command\" is restart, doctor or log.");
  auto room = room_of(*exchange);
  parts_.audit.note(*exchange, "device.command", room.text(), command);
  parts_.agents.command(room, command,
                        scope_.guard([exchange](const Result<protocol::CommandResult>& result) {
                          if (!result && result.error().code == Errc::conflict)
                            return exchange->problem(result.error());
                          if (!result) return exchange->problem(ErrorId::unavailable, result.error().message);
                          JsonWriter writer;
                          writer.boolean("ok", result->ok).text("text", result->text);
                          if (!result->data.empty()) writer.json("data", result->data);
                          exchange->json(200, writer.finish());
                        }));
}

void DevicesApi::make_code(const ExchangePtr& exchange) {
  auto room = room_of(*exchange);
  auto code = short_code();
  auto now_ms = unix_ms();
  store::Enrolment enrolment{0, sha256_hex(spelled_code(code)), room.text(), 1, now_ms + kCodeLifeMs, now_ms};
  ask(
      parts_.store, scope_, exchange,
      [enrolment](store::Database& database) { return store::add_enrolment(database, enrolment); },
      [this, exchange, room, code, expires = enrolment.expires_ms / 1000](std::int64_t) {
        parts_.audit.note(*exchange, "enrolment.code", room.text());
        exchange->json(201, JsonWriter().text("code", code).integer("expires", expires).finish());
      });
}

void DevicesApi::enrol(const ExchangePtr& exchange) {
  if (auto wait = tries_.take(throttle_key(exchange->remote()), now())) {
    auto seconds = std::chrono::ceil<std::chrono::seconds>(*wait).count();
    return exchange->problem(ErrorId::too_many_requests, "Too many tries; wait a little.",
                             {{"Retry-After", std::to_string(seconds)}});
  }
  auto body = json_body(*exchange);
  if (!body) return;
  auto host = body->text("host");
  auto code = body->optional_text("code");
  auto token = body->optional_text("token");
  if (!complete(*exchange, *body)) return;
  if (!valid_host(host) || code.has_value() == token.has_value())
    return exchange->problem(ErrorId::bad_request, "Send \"host\" and either \"code\" or \"token\".");
  auto key = sha256_hex(code ? spelled_code(*code) : *token);
  Secret credential(random_hex(kCredentialBytes));
  auto hash = sha256_hex(credential.reveal());
  ask(
      parts_.store, scope_, exchange,
      [key, host, hash](store::Database& database) {
        return store::enrol_device(database, key, host, hash, unix_ms());
      },
      [this, exchange, host, hash, credential](const RoomId& room) {
        enrolled(exchange, {room, hash, unix_ms(), host}, credential);
      });
}

void DevicesApi::enrolled(const ExchangePtr& exchange, const store::Device& device,
                          const Secret& credential) {
  tries_.give_back(throttle_key(exchange->remote()));
  parts_.rooms.set_device(device);
  parts_.agents.revoke(device.room);
  parts_.audit.note(*exchange, "enrolment.use", device.room.text(), printable(device.host));
  exchange->json(201, JsonWriter()
                          .text("room", device.room.text())
                          .text("name", parts_.rooms.name_of(device.room))
                          .text("credential", credential.reveal())
                          .finish());
}

void DevicesApi::list_tokens(const ExchangePtr& exchange) {
  ask(
      parts_.store, scope_, exchange,
      [](store::Database& database) { return store::list_enrolment_tokens(database, unix_ms()); },
      [exchange](const std::vector<store::Enrolment>& tokens) {
        exchange->json(200, JsonWriter()
                                .objects("tokens", tokens,
                                         [](JsonWriter& w, const store::Enrolment& token) {
                                           w.integer("id", token.id).integer("uses_left", token.uses_left);
                                           w.integer("expires", token.expires_ms / 1000);
                                           w.integer("created_ms", token.created_ms);
                                         })
                                .finish());
      });
}

void DevicesApi::make_token(const ExchangePtr& exchange) {
  auto body = json_body(*exchange);
  if (!body) return;
  auto now_ms = unix_ms();
  constexpr std::size_t kTokenBytes = 24;
  auto token = "cce_" + random_hex(kTokenBytes);
  store::Enrolment enrolment{0, sha256_hex(token), {}, body->integer("uses"), now_ms + kTokenLifeMs, now_ms};
  auto expires = body->optional_integer("expires").value_or(enrolment.expires_ms / 1000);
  if (auto rooms = body->optional_object("rooms")) enrolment.hosts = rooms->text_members();
  if (!complete(*exchange, *body)) return;
  bool hosts_fine = enrolment.hosts.size() <= kMaxHosts &&
                    std::all_of(enrolment.hosts.begin(), enrolment.hosts.end(),
                                [](const auto& entry) { return valid_host(entry.first); });
  bool life_fine = expires >= now_ms / 1000 && expires <= (now_ms + kMaxTokenLifeMs) / 1000;
  if (enrolment.uses_left < 1 || enrolment.uses_left > 1000 || !hosts_fine || !life_fine) {
    return exchange->problem(
        ErrorId::bad_request,
        "\"uses\" is 1 to 1000, \"expires\" within 90 days, \"rooms\" maps hosts to rooms.");
  }
  enrolment.expires_ms = expires * 1000;
  ask(
      parts_.store, scope_, exchange,
      [enrolment](store::Database& database) { return store::add_enrolment(database, enrolment); },
      [this, exchange, token, expires, uses = enrolment.uses_left](std::int64_t id) {
        parts_.audit.note(*exchange, "enrolment.token", "", fmt::format("{} uses", uses));
        exchange->json(
            201, JsonWriter().integer("id", id).text("token", token).integer("expires", expires).finish());
      });
}

void DevicesApi::remove_token(const ExchangePtr& exchange) {
  auto id = path_number(*exchange, "token");
  if (!id) return;
  ask(
      parts_.store, scope_, exchange,
      [id = *id](store::Database& database) { return store::remove_enrolment_token(database, id); },
      [this, exchange, id = *id] {
        parts_.audit.note(*exchange, "enrolment.withdraw", "", fmt::format("token {}", id));
        no_content(*exchange);
      });
}

}  // namespace classcast::server
