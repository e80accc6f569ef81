// SPDX-License-Identifier: MIT
// ControlChannel: the WebSocket to the server (docs/ref/protocol.md §5). It reconnects by itself; media do
// not depend on it.
#pragma once

#include "classroom/backoff.hpp"
#include "classroom/repeat_filter.hpp"
#include "device/http.hpp"
#include "device/settings.hpp"
#include "glib/scope.hpp"
#include "glib/signal.hpp"
#include "glib/source.hpp"
#include "protocol/agent.hpp"

#include <functional>
#include <string>

namespace classcast::classroom {

using device::ServerSettings;
using glib::Ref;

class ControlChannel {
 public:
  struct Handlers {
    std::function<void(const protocol::Welcome&)> welcome;
    std::function<void(const protocol::Grant&)> grant;
  };

  ControlChannel(Ref<SoupSession> session, const ServerSettings& server, Handlers handlers);
  ~ControlChannel();
  ControlChannel(const ControlChannel&) = delete;
  ControlChannel& operator=(const ControlChannel&) = delete;

  void connect();
  /// Drops the message while there is no connection: the next heartbeat tells all anew.
  void send(const protocol::Heartbeat& heartbeat);
  [[nodiscard]] bool open() const { return static_cast<bool>(socket_); }

 private:
  struct Pending;
  static void on_connected(GObject* session, GAsyncResult* result, gpointer data);
  static void on_message(SoupWebsocketConnection*, int type, GBytes* message, gpointer self);
  static void on_closed(SoupWebsocketConnection*, gpointer self);

  void opened(Ref<SoupWebsocketConnection> socket);
  void receive(std::string_view text);
  void lost(const std::string& why, const Backoff& backoff);
  void close();

  const Ref<SoupSession> session_;
  const ServerSettings server_;
  const Handlers handlers_;
  Ref<SoupWebsocketConnection> socket_;
  glib::SignalConnection message_signal_;
  glib::SignalConnection closed_signal_;
  glib::Timer retry_;
  RepeatFilter filter_;
  unsigned failures_ = 0;
  glib::Scope scope_;
};

}  // namespace classcast::classroom
