// SPDX-License-Identifier: MIT
// WebSocket: one upgraded connection with a bounded queue towards the other side.
#pragma once

#include "base/bytes.hpp"
#include "glib/ref.hpp"
#include "glib/scope.hpp"
#include "glib/signal.hpp"

#include <libsoup/soup.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace classcast::server {

/// Close codes of RFC 6455 §7.4.1 that we send.
enum class CloseCode : std::uint16_t { going_away = 1001, unsupported = 1003, policy = 1008 };

class WebSocket {
 public:
  /// Text kept for a peer that does not read; above, it is cut off. One message goes to many peers.
  using Text = std::shared_ptr<const std::string>;
  static constexpr std::size_t kMaxQueuedBytes = 1 << 20;
  static constexpr std::size_t kMaxQueuedMessages = 512;

  WebSocket(glib::Ref<SoupWebsocketConnection> connection, glib::Ref<GSocket> socket,
            std::size_t max_message_bytes);
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;
  ~WebSocket();

  std::function<void(std::string_view)> on_text;
  /// Without it a binary frame ends the connection with 1003.
  std::function<void(Bytes)> on_binary;
  /// The last callback; the owner may destroy the WebSocket in it.
  std::function<void()> on_closed;

  /// Dropped after close(). A peer whose queue overflows is cut off and on_closed follows.
  void send(Text text);
  void send(std::string text) { send(std::make_shared<const std::string>(std::move(text))); }
  void close(std::uint16_t code, const char* reason);
  void close(CloseCode code, const char* reason) { close(static_cast<std::uint16_t>(code), reason); }
  [[nodiscard]] bool open() const;

 private:
  static void received(SoupWebsocketConnection*, int type, GBytes* bytes, gpointer self);
  static void closed(SoupWebsocketConnection*, gpointer self);
  static gboolean writable(GSocket*, GIOCondition, gpointer self);
  [[nodiscard]] bool can_write() const;
  void pass_on(const std::string& text);
  void wait_until_writable();
  void cut_off();

  glib::Ref<SoupWebsocketConnection> connection_;
  glib::Ref<GSocket> socket_;
  std::deque<Text> queue_;
  std::size_t queued_bytes_ = 0;
  GSource* writable_source_ = nullptr;
  glib::SignalConnection message_;
  glib::SignalConnection closed_;
};

}  // namespace classcast::server
