// SPDX-License-Identifier: MIT
#include "relay/http_server.hpp"

#include "base/strings.hpp"
#include "glib/signal.hpp"
#include "relay/socket_address.hpp"

#include <deque>
#include <memory>
#include <utility>

namespace classcast::relay {

namespace {

constexpr const char* kTooLarge = "classcast-too-large";

/// Chunked bodies announce no length: they are counted as they come and dropped once too large.
void on_chunk(SoupServerMessage* message, GBytes* chunk, gpointer counted) {
  auto& size = *static_cast<std::size_t*>(counted);
  size += g_bytes_get_size(chunk);
  if (size <= kMaxBodyBytes) return;
  soup_message_body_set_accumulate(soup_server_message_get_request_body(message), FALSE);
  g_object_set_data(G_OBJECT(message), kTooLarge, message);
}

void delete_count(gpointer count, GClosure*) {
  delete static_cast<std::size_t*>(count);
}

std::map<std::string, std::string> headers_of(SoupServerMessage* message) {
  std::map<std::string, std::string> headers;
  SoupMessageHeadersIter iterator;
  soup_message_headers_iter_init(&iterator, soup_server_message_get_request_headers(message));
  const char* name = nullptr;
  const char* value = nullptr;
  while (soup_message_headers_iter_next(&iterator, &name, &value)) headers[lower(name)] = value;
  return headers;
}

std::string remote_ip(SoupServerMessage* message) {
  auto* address = soup_server_message_get_remote_address(message);
  if (address == nullptr || !G_IS_INET_SOCKET_ADDRESS(address)) return {};
  glib::UniqueText text(
      g_inet_address_to_string(g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(address))));
  return text.get();
}

bool is_loopback(SoupServerMessage* message) {
  auto* address = soup_server_message_get_remote_address(message);
  return address != nullptr && G_IS_INET_SOCKET_ADDRESS(address) &&
         g_inet_address_get_is_loopback(g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(address))) !=
             0;
}

HttpRequest request_of(SoupServerMessage* message, const char* path) {
  const auto* query = g_uri_get_query(soup_server_message_get_uri(message));
  HttpRequest request{.method = soup_server_message_get_method(message),
                      .path = path,
                      .headers = headers_of(message),
                      .body = {},
                      .body_too_large = g_object_get_data(G_OBJECT(message), kTooLarge) != nullptr,
                      .remote_ip = remote_ip(message),
                      .from_this_machine = is_loopback(message),
                      .query = query != nullptr ? query : ""};
  auto* body = soup_server_message_get_request_body(message);
  if (!request.body_too_large && body->length > 0) {
    auto bytes = soup_message_body_flatten(body);
    gsize size = 0;
    const auto* data = static_cast<const char*>(g_bytes_get_data(bytes, &size));
    request.body.assign(data, size);
    g_bytes_unref(bytes);
  }
  return request;
}

class SoupStream final : public EventStream {
 public:
  explicit SoupStream(SoupServerMessage* message)
      : message_(glib::Ref<SoupServerMessage>::retain(message)),
        finished_(message, "finished", G_CALLBACK(on_finished), this),
        wrote_(message, "wrote-chunk", G_CALLBACK(on_wrote), this) {
    soup_message_headers_set_encoding(soup_server_message_get_response_headers(message),
                                      SOUP_ENCODING_CHUNKED);
    soup_message_body_set_accumulate(soup_server_message_get_response_body(message), FALSE);
  }
  void send(std::string_view text) override {
    if (closed_ || text.empty()) return;
    waiting_.push_back(text.size());
    total_ += text.size();
    if (total_ > kMaxWaiting) return close();
    soup_message_body_append(soup_server_message_get_response_body(message_.get()), SOUP_MEMORY_COPY,
                             text.data(), text.size());
    soup_server_message_unpause(message_.get());
  }
  void close() override {
    if (std::exchange(closed_, true)) return;
    soup_message_body_complete(soup_server_message_get_response_body(message_.get()));
    soup_server_message_unpause(message_.get());
  }
  [[nodiscard]] bool closed() const override { return closed_; }

 private:
  static void on_finished(SoupServerMessage*, gpointer self) {
    static_cast<SoupStream*>(self)->closed_ = true;
  }
  static void on_wrote(SoupServerMessage*, gpointer self) {
    auto* stream = static_cast<SoupStream*>(self);
    if (stream->waiting_.empty()) return;
    stream->total_ -= stream->waiting_.front();
    stream->waiting_.pop_front();
  }

  glib::Ref<SoupServerMessage> message_;
  glib::SignalConnection finished_;
  glib::SignalConnection wrote_;
  std::deque<std::size_t> waiting_;  // the sizes of the chunks that have not been written yet
  std::size_t total_ = 0;
  bool closed_ = false;
};

void answer(SoupServerMessage* message, const HttpReply& reply) {
  auto* headers = soup_server_message_get_response_headers(message);
  for (const auto& [name, value] : reply.headers)
    soup_message_headers_append(headers, name.c_str(), value.c_str());
  // libsoup 3.2 keeps a descriptor for ever when the client closes a kept-alive connection.
  soup_message_headers_replace(headers, "Connection", "close");
  soup_message_headers_replace(headers, "Cache-Control", "no-store");
  soup_server_message_set_status(message, static_cast<guint>(reply.status), nullptr);
  if (reply.on_stream) {
    soup_message_headers_replace(headers, "Content-Type", reply.content_type.c_str());
    return reply.on_stream(std::make_shared<SoupStream>(message));
  }
  if (!reply.content_type.empty()) {
    soup_server_message_set_response(message, reply.content_type.c_str(), SOUP_MEMORY_COPY, reply.body.data(),
                                     reply.body.size());
  }
}

}  // namespace

HttpServer::HttpServer(Handler handler)
    : handler_(std::move(handler)),
      server_(glib::Ref<SoupServer>::adopt(soup_server_new(nullptr, nullptr))),
      listener_(glib::Ref<GSocketService>::adopt(g_socket_service_new())) {
  g_signal_connect(listener_.get(), "incoming", G_CALLBACK(on_connection), this);
  soup_server_add_early_handler(server_.get(), nullptr, on_headers, this, nullptr);
  soup_server_add_handler(server_.get(), nullptr, on_request, this, nullptr);
}

HttpServer::~HttpServer() {
  g_signal_handlers_disconnect_by_data(listener_.get(), this);
  g_socket_service_stop(listener_.get());
  g_socket_listener_close(G_SOCKET_LISTENER(listener_.get()));
  soup_server_disconnect(server_.get());
}

Result<std::uint16_t> HttpServer::listen(const rtc::Address& address) {
  // GSocket's default of 10 makes the eleventh of a wall of browsers wait a second for its SYN to be
  // repeated.
  constexpr int kBacklog = 1024;
  sockaddr_storage storage{};
  auto family = address.family() == rtc::Address::Family::v4 ? AF_INET : AF_INET6;
  auto size = to_sockaddr(address, family, storage);
  auto where = glib::Ref<GSocketAddress>::adopt(g_socket_address_new_from_native(&storage, size));
  glib::GErrorSlot error;
  auto socket = glib::Ref<GSocket>::adopt(g_socket_new(
      g_socket_address_get_family(where.get()), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error.out()));
  if (socket) g_socket_set_listen_backlog(socket.get(), kBacklog);
  if (!socket || g_socket_bind(socket.get(), where.get(), TRUE, error.out()) == 0 ||
      g_socket_listen(socket.get(), error.out()) == 0 ||
      g_socket_listener_add_socket(G_SOCKET_LISTENER(listener_.get()), socket.get(), nullptr, error.out()) ==
          0) {
    return fail(Errc::unavailable, "cannot listen on TCP {}: {}", address.text(), error.text());
  }
  auto bound = glib::Ref<GSocketAddress>::adopt(g_socket_get_local_address(socket.get(), error.out()));
  if (!bound) return fail(Errc::internal, "{} has no port: {}", address.text(), error.text());
  return g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound.get()));
}

// The listener of libsoup 3.2 itself keeps a GSocket for ever of each connection that it takes.
gboolean HttpServer::on_connection(GSocketService*, GSocketConnection* connection, GObject*, gpointer self) {
  auto* server = static_cast<HttpServer*>(self);
  auto local = glib::Ref<GSocketAddress>::adopt(g_socket_connection_get_local_address(connection, nullptr));
  auto remote = glib::Ref<GSocketAddress>::adopt(g_socket_connection_get_remote_address(connection, nullptr));
  soup_server_accept_iostream(server->server_.get(), G_IO_STREAM(connection), local.get(), remote.get(),
                              nullptr);
  return TRUE;
}

void HttpServer::on_headers(SoupServer*, SoupServerMessage* message, const char*, GHashTable*, gpointer) {
  auto* headers = soup_server_message_get_request_headers(message);
  auto* count = new std::size_t(0);
  g_signal_connect_data(message, "got-chunk", G_CALLBACK(on_chunk), count, delete_count, GConnectFlags(0));
  if (soup_message_headers_get_content_length(headers) > static_cast<goffset>(kMaxBodyBytes)) {
    soup_message_body_set_accumulate(soup_server_message_get_request_body(message), FALSE);
    g_object_set_data(G_OBJECT(message), kTooLarge, message);
  }
}

void HttpServer::on_request(SoupServer*, SoupServerMessage* message, const char* path, GHashTable*,
                            gpointer self) {
  auto* server = static_cast<HttpServer*>(self);
  soup_server_message_pause(message);
  auto held = glib::Ref<SoupServerMessage>::retain(message);
  server->handler_(request_of(message, path), [held](const HttpReply& reply) {
    answer(held.get(), reply);
    soup_server_message_unpause(held.get());
  });
}

}  // namespace classcast::relay
