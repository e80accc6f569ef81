// SPDX-License-Identifier: MIT
// ControlChannel: the WebSocket to the server (docs/ref/protocol.md §5). It reconnects by itself; media do
// not depend on it.
#pragma once

#include "base/bytes.hpp"
#include "classroom/backoff.hpp"
#include "classroom/repeat_filter.hpp"
#include "device/http.hpp"
#include "device/settings.hpp"
#include "glib/scope.hpp"
#include "glib/signal.hpp"
#include "glib/source.hpp"
#include "protocol/agent.hpp"

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace classcast::classroom {

using device::ServerSettings;
using glib::Ref;

class ControlChannel {
 public:
  struct Handlers {
    std::function<void(const protocol::Welcome&)> welcome;
    std::function<void(const protocol::Grant&)> grant;
    std::function<void(const protocol::Command&)> command;
  };

  explicit ControlChannel(Handlers handlers) : handlers_(std::move(handlers)) {}
  ~ControlChannel();
  ControlChannel(const ControlChannel&) = delete;
  ControlChannel& operator=(const ControlChannel&) = delete;

  /// Connects, or connects anew when the server is another.
  void apply(Ref<SoupSession> session, const ServerSettings& server);
  /// Gives up a connection from an address that this computer has no more, which may hang for minutes, and
  /// does not wait out a pause between two attempts.
  void network_changed(const std::set<std::string>& own_addresses);
  /// Drops the message while there is no connection: the next heartbeat tells all anew.
  void send(const protocol::Heartbeat& heartbeat);
  void send(const protocol::CommandResult& result);
  /// A still picture (JPEG) as one binary message; dropped like a heartbeat.
  void send_still(Bytes jpeg);
  [[nodiscard]] bool open() const { return static_cast<bool>(socket_); }

 private:
  void connect();
  void hurry();
  struct Pending;
  static void on_connected(GObject* session, GAsyncResult* result, gpointer data);
  static void on_message(SoupWebsocketConnection*, int type, GBytes* message, gpointer self);
  static void on_closed(SoupWebsocketConnection*, gpointer self);

  void opened(Ref<SoupWebsocketConnection> socket);
  void receive(std::string_view text);
  void lost(const std::string& why, const Backoff& backoff);
  void close();

  Ref<SoupSession> session_;
  ServerSettings server_;
  const Handlers handlers_;
  Ref<SoupWebsocketConnection> socket_;
  glib::SignalConnection message_signal_;
  glib::SignalConnection closed_signal_;
  glib::Timer retry_;
  RepeatFilter filter_;
  std::optional<Instant> welcomed_;
  unsigned failures_ = 0;
  unsigned generation_ = 0;  // of the server's settings; answers to older ones are ignored
  glib::Scope scope_;
};

}  // namespace classcast::classroom
