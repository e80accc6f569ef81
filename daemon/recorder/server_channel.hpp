// SPDX-License-Identifier: MIT
// ServerChannel: the WebSocket to the server (docs/ref/protocol.md §5a). It reconnects by itself; recording
// does not depend on it.
#pragma once

#include "base/clock.hpp"
#include "glib/ref.hpp"
#include "glib/scope.hpp"
#include "glib/signal.hpp"
#include "glib/source.hpp"
#include "protocol/recorder.hpp"
#include "recorder/settings.hpp"

#include <libsoup/soup.h>

#include <functional>
#include <string>
#include <string_view>

namespace classcast::recorder {

class ServerChannel {
 public:
  static constexpr Duration kFirstPause = 300ms;
  static constexpr Duration kLongestPause = 5s;

  /// `files_url`: where the server fetches files.
  ServerChannel(const Settings& settings, std::string files_url);
  ServerChannel(const ServerChannel&) = delete;
  ServerChannel& operator=(const ServerChannel&) = delete;
  ~ServerChannel();

  void start() { connect(); }
  /// Dropped while there is no connection.
  void send(const protocol::RecorderReport& report);
  [[nodiscard]] bool open() const { return greeted_; }

  std::function<void()> on_welcome;
  std::function<void(const protocol::RecorderJobs&, std::string_view text)> on_jobs;

 private:
  struct Pending;
  void connect();
  static void connected(GObject* session, GAsyncResult* result, gpointer pending);
  static void on_message(SoupWebsocketConnection*, int type, GBytes* message, gpointer self);
  static void on_closed(SoupWebsocketConnection*, gpointer self);
  void opened(glib::Ref<SoupWebsocketConnection> socket);
  void receive(std::string_view text);
  void lost(const std::string& why);
  void close();

  const Settings settings_;
  const std::string files_url_;
  glib::Ref<SoupSession> session_;
  glib::Ref<SoupWebsocketConnection> socket_;
  glib::SignalConnection message_;
  glib::SignalConnection closed_;
  glib::Timer retry_;
  Duration pause_ = kFirstPause;
  std::string said_;  ///< the last complaint, told once
  bool greeted_ = false;
  glib::Scope scope_;
};

}  // namespace classcast::recorder
