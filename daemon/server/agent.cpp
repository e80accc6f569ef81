// SPDX-License-Identifier: MIT
#include "server/agent.hpp"

#include "base/random.hpp"
#include "base/strings.hpp"
#include "glib/log.hpp"
#include "server/sessions.hpp"

#include <utility>
#include <variant>

namespace classcast::server {

using protocol::ErrorId;

namespace {

constexpr Duration kRenewal = std::chrono::seconds(protocol::kTokenLifeSeconds) / 2;
constexpr auto kGoingAway = static_cast<std::uint16_t>(CloseCode::going_away);
constexpr auto kPolicy = static_cast<std::uint16_t>(CloseCode::policy);

std::string seconds_text(Duration wait) {
  return std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count());
}

/// What a PC says of itself, fit for a page and a row.
std::string introduced(const std::string& text) {
  constexpr std::size_t kMaxBytes = 100;
  return printable(text).substr(0, kMaxBytes);
}

}  // namespace

AgentChannels::~AgentChannels() {
  channels_.clear();
  closing_.clear();
}

void AgentChannels::handle(const std::shared_ptr<Exchange>& exchange) {
  auto hash = sha256_hex(exchange->bearer());
  auto room = exchange->bearer().empty() ? std::nullopt : rooms_.room_of_credential(hash);
  if (!room) {
    if (auto wait = refusals_.take(throttle_key(exchange->remote()), now())) {
      return exchange->problem(ErrorId::too_many_requests, "Too many wrong credentials.",
                               {{"Retry-After", seconds_text(*wait)}});
    }
    glib::log::warning("agent", "refused a classroom PC at {}: unknown or revoked credential",
                       exchange->remote());
    return exchange->problem(ErrorId::unauthenticated, "The device credential is unknown or revoked.",
                             {{"WWW-Authenticate", "Bearer"}});
  }
  exchange->upgrade(protocol::kAgentSubprotocol, protocol::kMaxAgentMessageBytes,
                    scope_.guard([this, room = *room, hash,
                                  address = exchange->remote()](std::unique_ptr<WebSocket> socket) {
                      opened(room, hash, address, std::move(socket));
                    }));
}

void AgentChannels::opened(const RoomId& room, const std::string& credential_hash, const std::string& address,
                           std::unique_ptr<WebSocket> socket) {
  // The credential may have been replaced while the handshake was on its way.
  if (rooms_.room_of_credential(credential_hash) != room) {
    return retire(std::move(socket), protocol::kCloseUnauthenticated, "credential revoked");
  }
  if (channels_.contains(room)) drop(room, protocol::kCloseReplaced, "a newer connection of this device");
  socket->on_text = [this, room](std::string_view text) { received(room, text); };
  socket->on_binary = [this, room](Bytes jpeg) { received_still(room, jpeg); };
  socket->on_closed = [this, room] {
    glib::log::info("agent", "the classroom PC of {} has disconnected", room.text());
    if (auto found = channels_.find(room); found != channels_.end()) fail_commands(found->second);
    channels_.erase(room);
    rooms_.agent_gone(room);
  };
  auto& channel = channels_[room];
  channel.socket = std::move(socket);
  channel.address = address;
  channel.since_ms = unix_ms();
  channel.silence =
      glib::Timer::once(kSilenceLimit, [this, room] { drop(room, kPolicy, "nothing was heard"); });
}

/// The channel of a message that may be looked at; a flood ends it.
AgentChannels::Channel* AgentChannels::take_message(const RoomId& room) {
  auto found = channels_.find(room);
  if (found == channels_.end()) return nullptr;
  if (found->second.messages.take("", now())) {
    drop(room, kPolicy, "too many messages");
    return nullptr;
  }
  return &found->second;
}

void AgentChannels::received_still(const RoomId& room, Bytes jpeg) {
  auto* channel = take_message(room);
  if (channel == nullptr) return;
  if (!channel->greeted) return drop(room, protocol::kCloseMalformed, "hello comes first");
  if (stills_.put(room, jpeg, unix_ms())) rooms_.set_still(room, unix_ms());
}

void AgentChannels::received(const RoomId& room, std::string_view text) {
  auto* channel = take_message(room);
  if (channel == nullptr) return;
  auto message = protocol::parse_classroom_message(text);
  if (!message) {
    glib::log::warning("agent", "malformed message of the classroom PC of {}: {}", room.text(),
                       message.error().message);
    return drop(room, protocol::kCloseMalformed, "malformed message");
  }
  channel->silence =
      glib::Timer::once(kSilenceLimit, [this, room] { drop(room, kPolicy, "nothing was heard"); });
  if (auto* hello = std::get_if<protocol::Hello>(&*message)) return greet(room, *channel, *hello);
  if (!channel->greeted) return drop(room, protocol::kCloseMalformed, "hello comes first");
  if (auto* result = std::get_if<protocol::CommandResult>(&*message))
    return answered(*channel, std::move(*result));
  rooms_.agent_reported(room, std::get<protocol::Heartbeat>(std::move(*message)));
}

void AgentChannels::command(const RoomId& room, const std::string& command, CommandDone done) {
  auto found = channels_.find(room);
  if (found == channels_.end() || !found->second.greeted)
    return done(fail(Errc::conflict, "The classroom PC is not connected."));
  auto& channel = found->second;
  if (channel.commands.size() >= kMaxCommands)
    return done(fail(Errc::conflict, "The classroom PC is busy with other commands."));
  constexpr std::size_t kCommandIdBytes = 8;
  auto id = random_hex(kCommandIdBytes);
  auto give_up = glib::Timer::once(kCommandTime, [this, room, id] {
    auto channel_now = channels_.find(room);
    if (channel_now == channels_.end()) return;
    auto pending = channel_now->second.commands.extract(id);
    if (pending) pending.mapped().done(fail(Errc::timeout, "The classroom PC did not answer."));
  });
  channel.commands.emplace(id, Pending{std::move(done), std::move(give_up)});
  channel.socket->send(to_json(protocol::Command{id, command}));
}

void AgentChannels::answered(Channel& channel, protocol::CommandResult result) {
  // A late or invented result has nobody waiting for it.
  auto pending = channel.commands.extract(result.id);
  if (pending) pending.mapped().done(std::move(result));
}

void AgentChannels::fail_commands(Channel& channel) {
  auto commands = std::exchange(channel.commands, {});
  for (auto& [id, pending] : commands)
    pending.done(fail(Errc::unavailable, "The classroom PC has disconnected."));
}

std::optional<std::int64_t> AgentChannels::since_ms(const RoomId& room) const {
  auto found = channels_.find(room);
  return found == channels_.end() ? std::nullopt : std::optional(found->second.since_ms);
}

void AgentChannels::greet(const RoomId& room, Channel& channel, const protocol::Hello& hello) {
  if (channel.greeted || hello.protocol != protocol::kAgentProtocol) {
    return drop(room, protocol::kCloseMalformed, "unknown protocol or second hello");
  }
  glib::log::info("agent", "the classroom PC of {} has connected: {} on {}", room.text(),
                  printable(hello.software), printable(hello.host));
  channel.greeted = true;
  if (on_introduced) {
    on_introduced(
        {room, {}, 0, introduced(hello.host), introduced(hello.software), channel.address, unix_ms()});
  }
  channel.socket->send(to_json(protocol::Welcome{room.text(), rooms_.name_of(room), kHeartbeatMs, grant(room),
                                                 protocol::kStillPauseMs}));
  auto* socket = channel.socket.get();
  channel.renewal = glib::Timer::every(
      kRenewal, [this, room, socket] { socket->send(to_json(protocol::Grant{grant(room)})); });
  rooms_.agent_connected(room);
}

protocol::PublishGrant AgentChannels::grant(const RoomId& room) const {
  auto now_s = unix_ms() / 1000;
  return {"/whip/" + room.text(),
          Secret(signer_.sign("device:" + room.text(), room.text(), protocol::Right::publish, now_s)),
          now_s + protocol::kTokenLifeSeconds};
}

void AgentChannels::drop(const RoomId& room, std::uint16_t code, const char* reason) {
  auto found = channels_.find(room);
  if (found == channels_.end()) return;
  glib::log::info("agent", "closing the channel of {}: {}", room.text(), reason);
  // This may run inside a callback of the socket or of a timer of the channel, so both live on until the
  // loop's next turn.
  auto channel = std::make_shared<Channel>(std::move(found->second));
  channels_.erase(found);
  fail_commands(*channel);
  rooms_.agent_gone(room);
  channel->renewal.cancel();
  retire(std::move(channel->socket), code, reason);
  glib::post([channel] {});
}

void AgentChannels::retire(std::unique_ptr<WebSocket> socket, std::uint16_t code, const char* reason) {
  auto* raw = socket.get();
  raw->on_text = nullptr;
  raw->on_closed = [this, raw] { glib::post(scope_.guard([this, raw] { closing_.erase(raw); })); };
  closing_.emplace(raw, std::move(socket));
  raw->close(code, reason);
}

void AgentChannels::revoke(const RoomId& room) {
  drop(room, protocol::kCloseUnauthenticated, "credential revoked");
  if (on_revoked) on_revoked(room);
}

void AgentChannels::close_all() {
  while (!channels_.empty()) drop(RoomId(channels_.begin()->first), kGoingAway, "the server is going down");
}

}  // namespace classcast::server
