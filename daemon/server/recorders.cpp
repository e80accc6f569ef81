// SPDX-License-Identifier: MIT
#include "server/recorders.hpp"

#include "base/strings.hpp"
#include "glib/log.hpp"
#include "protocol/agent.hpp"
#include "server/sessions.hpp"

#include <utility>
#include <variant>

namespace classcast::server {

using protocol::ErrorId;

namespace {

constexpr auto kRecorderPolicy = static_cast<std::uint16_t>(CloseCode::policy);

/// Only plain HTTP addresses are fetched from.
bool fetchable(const std::string& url) {
  constexpr std::size_t kMaxUrl = 200;
  return url.size() <= kMaxUrl && url.starts_with("http://");
}

}  // namespace

Recorders::~Recorders() {
  channels_.clear();
  closing_.clear();
}

void Recorders::load(const std::vector<store::Recorder>& recorders) {
  for (const auto& recorder : recorders) {
    auto& known = known_[recorder.id];
    known.id = recorder.id;
    known.name = recorder.name;
    known.url = recorder.url;
    known.seen_ms = recorder.seen_ms.value_or(0);
    known.storage.name = recorder.name;
  }
}

void Recorders::handle(const std::shared_ptr<Exchange>& exchange) {
  if (exchange->bearer().empty()) return refuse(exchange);
  store_.run([hash = sha256_hex(exchange->bearer())](
                 store::Database& database) { return store::find_recorder(database, hash); },
             scope_.guard([this, exchange](const Result<std::optional<store::Recorder>>& found) {
               if (!found) return exchange->problem(found.error());
               if (!*found) return refuse(exchange);
               admit(exchange, **found);
             }));
}

void Recorders::refuse(const std::shared_ptr<Exchange>& exchange) {
  if (auto wait = refusals_.take(throttle_key(exchange->remote()), now())) {
    auto seconds = std::chrono::ceil<std::chrono::seconds>(*wait).count();
    return exchange->problem(ErrorId::too_many_requests, "Too many wrong credentials.",
                             {{"Retry-After", std::to_string(seconds)}});
  }
  glib::log::warning("recorder", "refused a recorder at {}: unknown credential", exchange->remote());
  exchange->problem(ErrorId::unauthenticated, "The recorder's credential is unknown.",
                    {{"WWW-Authenticate", "Bearer"}});
}

void Recorders::admit(const std::shared_ptr<Exchange>& exchange, const store::Recorder& recorder) {
  exchange->upgrade(
      protocol::kRecorderSubprotocol, protocol::kMaxRecorderMessageBytes,
      scope_.guard([this, recorder, local = exchange->from_loopback()](std::unique_ptr<WebSocket> socket) {
        opened(recorder, local, std::move(socket));
      }));
}

void Recorders::opened(const store::Recorder& recorder, bool local, std::unique_ptr<WebSocket> socket) {
  auto id = recorder.id;
  if (channels_.contains(id)) drop(id, protocol::kCloseReplaced, "a newer connection of this recorder");
  load({recorder});
  known_[id].local = local;
  socket->on_text = [this, id](std::string_view text) { received(id, text); };
  socket->on_closed = [this, id, raw = socket.get()] {
    // The socket is in the middle of its callback, so it dies on the loop's next turn.
    glib::post(scope_.guard([this, id, raw] { gone(id, raw); }));
  };
  auto& channel = channels_[id];
  channel.socket = std::move(socket);
  channel.silence =
      glib::Timer::once(kSilenceLimit, [this, id] { drop(id, kRecorderPolicy, "nothing was heard"); });
}

void Recorders::received(std::int64_t id, std::string_view text) {
  auto found = channels_.find(id);
  if (found == channels_.end()) return;
  auto& channel = found->second;
  if (channel.messages.take("", now())) return drop(id, kRecorderPolicy, "too many messages");
  auto message = protocol::parse_recorder_message(text);
  if (!message) {
    glib::log::warning("recorder", "malformed message of {}: {}", known_[id].name, message.error().message);
    return drop(id, protocol::kCloseMalformed, "malformed message");
  }
  channel.silence =
      glib::Timer::once(kSilenceLimit, [this, id] { drop(id, kRecorderPolicy, "nothing was heard"); });
  if (auto* hello = std::get_if<protocol::RecorderHello>(&*message)) return greet(id, channel, *hello);
  if (!channel.greeted) return drop(id, protocol::kCloseMalformed, "hello comes first");
  auto& report = std::get<protocol::RecorderReport>(*message);
  auto& known = known_[id];
  report.storage.name = known.name;
  report.storage.connected = true;
  known.storage = report.storage;
  known.seen_ms = unix_ms();
  if (on_report) on_report(id, report);
}

void Recorders::greet(std::int64_t id, Channel& channel, const protocol::RecorderHello& hello) {
  if (channel.greeted || hello.protocol != protocol::kRecorderProtocol || !fetchable(hello.url))
    return drop(id, protocol::kCloseMalformed, "unknown protocol, second hello or no address of files");
  auto& known = known_[id];
  glib::log::info("recorder", "the recorder {} has connected: {} on {}", known.name,
                  printable(hello.software), printable(hello.host));
  channel.greeted = true;
  known.connected = true;
  known.url = hello.url;
  known.seen_ms = unix_ms();
  known.storage.connected = true;
  store_.run([id, url = hello.url](
                 store::Database& database) { return store::note_recorder(database, id, url, unix_ms()); },
             [](const Result<void>& stored) {
               if (!stored)
                 glib::log::warning("store", "a recorder is not noted: {}", stored.error().message);
             });
  channel.socket->send(to_json(protocol::RecorderWelcome{known.name, protocol::kRecorderReportMs}));
  if (on_connected) on_connected(id);
}

void Recorders::send(std::int64_t id, const protocol::RecorderJobs& jobs) {
  auto found = channels_.find(id);
  if (found != channels_.end() && found->second.greeted) found->second.socket->send(to_json(jobs));
}

void Recorders::gone(std::int64_t id, const WebSocket* socket) {
  auto found = channels_.find(id);
  if (found == channels_.end() || found->second.socket.get() != socket) return;
  channels_.erase(found);
  auto& known = known_[id];
  glib::log::warning("recorder", "the recorder {} has disconnected", known.name);
  known.connected = false;
  known.storage.connected = false;
  if (on_gone) on_gone(id);
}

void Recorders::drop(std::int64_t id, std::uint16_t code, const char* reason) {
  auto found = channels_.find(id);
  if (found == channels_.end()) return;
  glib::log::info("recorder", "closing the channel of {}: {}", known_[id].name, reason);
  // This may run inside a callback of the socket or the timer, so both live on until the loop's next turn.
  auto channel = std::make_shared<Channel>(std::move(found->second));
  channels_.erase(found);
  auto& known = known_[id];
  known.connected = false;
  known.storage.connected = false;
  retire(std::move(channel->socket), code, reason);
  glib::post([channel] {});
  if (on_gone) on_gone(id);
}

void Recorders::retire(std::unique_ptr<WebSocket> socket, std::uint16_t code, const char* reason) {
  auto* raw = socket.get();
  raw->on_text = nullptr;
  raw->on_closed = [this, raw] { glib::post(scope_.guard([this, raw] { closing_.erase(raw); })); };
  closing_.emplace(raw, std::move(socket));
  raw->close(code, reason);
}

void Recorders::close_all() {
  on_gone = nullptr;
  while (!channels_.empty()) {
    drop(channels_.begin()->first, static_cast<std::uint16_t>(CloseCode::going_away),
         "the server is going down");
  }
}

const Recorders::Known* Recorders::find(std::int64_t id) const {
  auto found = known_.find(id);
  return found == known_.end() ? nullptr : &found->second;
}

std::vector<const Recorders::Known*> Recorders::all() const {
  std::vector<const Known*> all;
  for (const auto& [id, known] : known_) all.push_back(&known);
  return all;
}

std::vector<protocol::StorageStatus> Recorders::storages() const {
  std::vector<protocol::StorageStatus> storages;
  // One that has never connected has no storage to tell of.
  for (const auto& [id, known] : known_) {
    if (known.seen_ms > 0) storages.push_back(known.storage);
  }
  return storages;
}

}  // namespace classcast::server
