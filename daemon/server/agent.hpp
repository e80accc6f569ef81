// SPDX-License-Identifier: MIT
// AgentChannels: the control channels of the classroom PCs, one per room (docs/ref/protocol.md §5).
#pragma once

#include "base/id.hpp"
#include "glib/scope.hpp"
#include "glib/source.hpp"
#include "protocol/agent.hpp"
#include "protocol/token.hpp"
#include "server/exchange.hpp"
#include "server/rooms.hpp"
#include "server/stills.hpp"
#include "server/throttle.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace classcast::server {

class AgentChannels {
 public:
  static constexpr std::int64_t kHeartbeatMs = 2000;
  /// hello after the upgrade, and then a heartbeat, must come within this time.
  static constexpr Duration kSilenceLimit = 10s;
  /// A PC sends one message in two seconds and one per change of state.
  static constexpr Throttle::Rate kMessageRate = {60, 100ms};
  /// Wrong credentials per address before 429.
  static constexpr Throttle::Rate kRefusalRate = {30, 2s};
  static constexpr std::size_t kMaxRefusedAddresses = 4096;

  /// A command must be answered within this time.
  static constexpr Duration kCommandTime = 30s;
  static constexpr std::size_t kMaxCommands = 2;

  using CommandDone = std::function<void(Result<protocol::CommandResult>)>;

  AgentChannels(Rooms& rooms, Stills& stills, const protocol::TokenSigner& signer)
      : rooms_(rooms), stills_(stills), signer_(signer) {}
  AgentChannels(const AgentChannels&) = delete;
  AgentChannels& operator=(const AgentChannels&) = delete;
  ~AgentChannels();

  /// GET /agent.
  void handle(const std::shared_ptr<Exchange>& exchange);
  /// Ends the channel of a room whose credential was replaced or that was removed.
  void revoke(const RoomId& room);
  /// Runs `restart`, `doctor` or `log` on the classroom PC. Errc::conflict: it is not connected, or busy.
  /// Errc::timeout: no answer.
  void command(const RoomId& room, const std::string& command, CommandDone done);
  /// The credential of a room's PC is no good any more: what it has open elsewhere is to end too.
  std::function<void(const RoomId&)> on_revoked;
  /// A classroom PC introduced itself.
  std::function<void(store::Device)> on_introduced;
  void close_all();
  [[nodiscard]] std::size_t size() const { return channels_.size(); }
  /// Since when the room's PC is connected; nullopt when it is not.
  [[nodiscard]] std::optional<std::int64_t> since_ms(const RoomId& room) const;

 private:
  struct Pending {
    CommandDone done;
    glib::Timer deadline;
  };
  struct Channel {
    std::unique_ptr<WebSocket> socket;
    std::string address;
    std::int64_t since_ms = 0;
    std::map<std::string, Pending> commands;
    bool greeted = false;
    Throttle messages{kMessageRate, 1};
    glib::Timer silence;
    glib::Timer renewal;
  };

  void opened(const RoomId& room, const std::string& credential_hash, const std::string& address,
              std::unique_ptr<WebSocket> socket);
  Channel* take_message(const RoomId& room);
  void received_still(const RoomId& room, Bytes jpeg);
  void answered(Channel& channel, protocol::CommandResult result);
  static void fail_commands(Channel& channel);
  void received(const RoomId& room, std::string_view text);
  void greet(const RoomId& room, Channel& channel, const protocol::Hello& hello);
  void drop(const RoomId& room, std::uint16_t code, const char* reason);
  /// Takes the channel out of the table; its socket closes on its own time.
  void retire(std::unique_ptr<WebSocket> socket, std::uint16_t code, const char* reason);
  [[nodiscard]] protocol::PublishGrant grant(const RoomId& room) const;

  Rooms& rooms_;
  Stills& stills_;
  const protocol::TokenSigner& signer_;
  std::map<RoomId, Channel> channels_;
  std::map<WebSocket*, std::unique_ptr<WebSocket>> closing_;
  Throttle refusals_{kRefusalRate, kMaxRefusedAddresses};
  glib::Scope scope_;
};

}  // namespace classcast::server
