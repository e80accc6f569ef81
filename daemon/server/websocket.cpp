// SPDX-License-Identifier: MIT
#include "server/websocket.hpp"

#include "glib/log.hpp"

namespace classcast::server {

WebSocket::WebSocket(glib::Ref<SoupWebsocketConnection> connection, glib::Ref<GSocket> socket,
                     std::size_t max_message_bytes)
    : connection_(std::move(connection)),
      socket_(std::move(socket)),
      message_(connection_.get(), "message", G_CALLBACK(received), this),
      closed_(connection_.get(), "closed", G_CALLBACK(closed), this) {
  soup_websocket_connection_set_max_incoming_payload_size(connection_.get(), max_message_bytes);
}

WebSocket::~WebSocket() {
  if (writable_source_ != nullptr) {
    g_source_destroy(writable_source_);
    g_source_unref(writable_source_);
  }
  message_.disconnect();
  closed_.disconnect();
  // Nobody listens any more: end the connection now rather than after a closing handshake.
  if (soup_websocket_connection_get_state(connection_.get()) != SOUP_WEBSOCKET_STATE_CLOSED) cut_off();
}

bool WebSocket::open() const {
  return soup_websocket_connection_get_state(connection_.get()) == SOUP_WEBSOCKET_STATE_OPEN;
}

void WebSocket::received(SoupWebsocketConnection*, int type, GBytes* bytes, gpointer data) {
  auto* self = static_cast<WebSocket*>(data);
  if (!self->open()) return;
  gsize size = 0;
  const auto* text = static_cast<const char*>(g_bytes_get_data(bytes, &size));
  if (type != SOUP_WEBSOCKET_DATA_TEXT) {
    auto binary = self->on_binary;
    if (!binary) return self->close(CloseCode::unsupported, "text only");
    return binary(as_bytes({text, size}));
  }
  // A copy, because the owner may let go of this WebSocket or its callbacks meanwhile.
  auto work = self->on_text;
  if (work) work({text, size});
}

void WebSocket::closed(SoupWebsocketConnection*, gpointer data) {
  auto* self = static_cast<WebSocket*>(data);
  auto work = std::exchange(self->on_closed, nullptr);
  if (work) work();
}

bool WebSocket::can_write() const {
  return !socket_ || g_socket_condition_check(socket_.get(), G_IO_OUT) != 0;
}

void WebSocket::pass_on(const std::string& text) {
  soup_websocket_connection_send_message(
      connection_.get(), SOUP_WEBSOCKET_DATA_TEXT,
      glib::Ref<GBytes>::adopt(g_bytes_new(text.data(), text.size())).get());
}

void WebSocket::send(Text text) {
  if (!open()) return;
  // libsoup's own queue has no limit, so it is given a message only while the kernel takes data.
  if (queue_.empty() && can_write()) return pass_on(*text);
  queued_bytes_ += text->size();
  queue_.push_back(std::move(text));
  if (queued_bytes_ > kMaxQueuedBytes || queue_.size() > kMaxQueuedMessages) {
    glib::log::info("http", "cut off a WebSocket that does not read");
    queue_.clear();
    queued_bytes_ = 0;
    return cut_off();
  }
  wait_until_writable();
}

void WebSocket::wait_until_writable() {
  if (writable_source_ != nullptr) return;
  writable_source_ = g_socket_create_source(socket_.get(), G_IO_OUT, nullptr);
  g_source_set_callback(writable_source_, G_SOURCE_FUNC(writable), this, nullptr);
  // After libsoup's own sources, so that its queue is empty when the next message comes.
  g_source_set_priority(writable_source_, G_PRIORITY_LOW);
  g_source_attach(writable_source_, nullptr);
}

gboolean WebSocket::writable(GSocket*, GIOCondition, gpointer data) {
  auto* self = static_cast<WebSocket*>(data);
  if (!self->queue_.empty() && self->open()) {
    auto text = std::move(self->queue_.front());
    self->queue_.pop_front();
    self->queued_bytes_ -= text->size();
    self->pass_on(*text);
  }
  if (!self->queue_.empty() && self->open()) return G_SOURCE_CONTINUE;
  g_source_unref(std::exchange(self->writable_source_, nullptr));
  return G_SOURCE_REMOVE;
}

void WebSocket::close(std::uint16_t code, const char* reason) {
  if (!open()) return;
  queue_.clear();
  queued_bytes_ = 0;
  soup_websocket_connection_close(connection_.get(), code, reason);
}

void WebSocket::cut_off() {
  if (socket_) g_socket_shutdown(socket_.get(), TRUE, TRUE, nullptr);
}

}  // namespace classcast::server
