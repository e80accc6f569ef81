// SPDX-License-Identifier: MIT
#include "server/listener.hpp"

#include "glib/log.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace classcast::server {

namespace {

constexpr int kBacklog = 256;
/// Out of descriptors: let some connections end before the next accept.
constexpr Duration kAcceptRetry = 200ms;

std::string address_text(GSocketAddress* address) {
  if (!G_IS_INET_SOCKET_ADDRESS(address)) return {};
  glib::UniqueText text(
      g_inet_address_to_string(g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(address))));
  return text.get();
}

void tune(GSocket* socket) {
  g_socket_set_keepalive(socket, TRUE);
  g_socket_set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1, nullptr);
  g_socket_set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(Listener::kUnackedMs), nullptr);
}

void shut(GSocket* socket) {
  g_socket_shutdown(socket, TRUE, TRUE, nullptr);
}

/// A GLib callback's user data: one function, called once.
using Callback = std::function<void(GObject*, GAsyncResult*)>;

void call_once(GObject* source, GAsyncResult* result, gpointer data) {
  std::unique_ptr<Callback> callback(static_cast<Callback*>(data));
  (*callback)(source, result);
}

}  // namespace

/// Tells the listener when the last reference to a connection is gone.
struct Listener::Watch {
  std::function<void()> ended;
  static void notify(gpointer data, GObject*) {
    std::unique_ptr<Watch> watch(static_cast<Watch*>(data));
    watch->ended();
  }
};

Listener::~Listener() {
  stop();
}

Result<void> Listener::listen(const std::string& address, std::uint16_t port) {
  listener_ = glib::Ref<GSocketListener>::adopt(g_socket_listener_new());
  g_socket_listener_set_backlog(listener_.get(), kBacklog);
  auto wanted =
      glib::Ref<GSocketAddress>::adopt(g_inet_socket_address_new_from_string(address.c_str(), port));
  glib::GErrorSlot error;
  GSocketAddress* effective = nullptr;
  if (g_socket_listener_add_address(listener_.get(), wanted.get(), G_SOCKET_TYPE_STREAM,
                                    G_SOCKET_PROTOCOL_TCP, nullptr, &effective, error.out()) == 0) {
    auto code = error.is(G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE) ? Errc::conflict : Errc::unavailable;
    return fail(code, "cannot listen on {}:{}: {}", address, port, error.text());
  }
  auto bound = glib::Ref<GSocketAddress>::adopt(effective);
  port_ = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound.get()));
  accept_next();
  return {};
}

Result<void> Listener::adopt(int fd) {
  glib::GErrorSlot error;
  auto socket = glib::Ref<GSocket>::adopt(g_socket_new_from_fd(fd, error.out()));
  if (!socket) return fail(Errc::unavailable, "cannot use the socket that was handed over: {}", error.text());
  listener_ = glib::Ref<GSocketListener>::adopt(g_socket_listener_new());
  if (g_socket_listener_add_socket(listener_.get(), socket.get(), nullptr, error.out()) == 0)
    return fail(Errc::unavailable, "cannot use the socket that was handed over: {}", error.text());
  auto bound = glib::Ref<GSocketAddress>::adopt(g_socket_get_local_address(socket.get(), nullptr));
  if (G_IS_INET_SOCKET_ADDRESS(bound.get()))
    port_ = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound.get()));
  accept_next();
  return {};
}

void Listener::stop() {
  g_cancellable_cancel(cancel_.get());
  if (listener_) g_socket_listener_close(listener_.get());
}

void Listener::accept_next() {
  auto done = scope_.guard([this](GObject*, GAsyncResult* result) {
    glib::GErrorSlot error;
    auto connection = glib::Ref<GSocketConnection>::adopt(
        g_socket_listener_accept_finish(listener_.get(), result, nullptr, error.out()));
    if (connection) {
      accepted(connection.get());
      accept_next();
    } else if (g_cancellable_is_cancelled(cancel_.get()) == 0) {
      retry_ = glib::Timer::once(kAcceptRetry, [this] { accept_next(); });
    }
  });
  g_socket_listener_accept_async(listener_.get(), cancel_.get(), call_once, new Callback(std::move(done)));
}

void Listener::accepted(GSocketConnection* connection) {
  Stream stream;
  stream.local = glib::Ref<GSocketAddress>::adopt(g_socket_connection_get_local_address(connection, nullptr));
  stream.remote =
      glib::Ref<GSocketAddress>::adopt(g_socket_connection_get_remote_address(connection, nullptr));
  // Without an address the peer has hung up already.
  if (!stream.local || !stream.remote) return;
  auto address = address_text(stream.remote.get());
  if (!admit(address)) return;
  auto key = key_of(stream.remote.get());
  auto socket = glib::Ref<GSocket>::retain(g_socket_connection_get_socket(connection));
  tune(socket.get());
  auto deadline = glib::Timer::once(kRequestTime, [socket] { shut(socket.get()); });
  connections_.insert_or_assign(key, Connection{socket, address, std::move(deadline)});
  ++per_address_[address];
  watch_end(key, connection);
  shake_hands(key, connection, std::move(stream));
}

bool Listener::admit(const std::string& address) const {
  auto mine = per_address_.find(address);
  bool room =
      connections_.size() < kMaxConnections && (mine == per_address_.end() || mine->second < kMaxPerAddress);
  if (!room) glib::log::debug("http", "refused a connection from {}: too many are open", address);
  return room;
}

void Listener::shake_hands(const Key& key, GSocketConnection* connection, Stream stream) {
  glib::GErrorSlot error;
  stream.io = glib::Ref<GIOStream>::adopt(G_IO_STREAM(
      g_initable_new(g_tls_backend_get_server_connection_type(g_tls_backend_get_default()), nullptr,
                     error.out(), "base-io-stream", connection, "certificate", identity_.certificate.get(),
                     "database", identity_.authorities.get(), nullptr)));
  if (!stream.io) {
    glib::log::error("http", "cannot start TLS: {}", error.text());
    return;
  }
  // Browsers hang up without close_notify; HTTP has lengths of its own, so nothing can be cut unnoticed.
  g_tls_connection_set_require_close_notify(G_TLS_CONNECTION(stream.io.get()), FALSE);
  auto* tls = G_TLS_CONNECTION(stream.io.get());
  auto done =
      scope_.guard([this, key, stream = std::move(stream)](GObject* source, GAsyncResult* result) mutable {
        bool ok = g_tls_connection_handshake_finish(G_TLS_CONNECTION(source), result, nullptr) != 0;
        if (ok && connections_.contains(key) && on_stream) on_stream(std::move(stream));
      });
  // Not cancelled by stop(): whoever was let in before gets an answer. kRequestTime bounds it.
  g_tls_connection_handshake_async(tls, G_PRIORITY_DEFAULT, nullptr, call_once,
                                   new Callback(std::move(done)));
}

void Listener::watch_end(const Key& key, GSocketConnection* connection) {
  auto* watch = new Watch{scope_.guard([this, key] { forget(key); })};
  g_object_weak_ref(G_OBJECT(connection), Watch::notify, watch);
}

void Listener::forget(const Key& key) {
  auto found = connections_.find(key);
  if (found == connections_.end()) return;
  auto mine = per_address_.find(found->second.address);
  if (mine != per_address_.end() && --mine->second == 0) per_address_.erase(mine);
  connections_.erase(found);
}

void Listener::request_complete(GSocketAddress* remote) {
  if (auto found = connections_.find(key_of(remote)); found != connections_.end())
    found->second.deadline.cancel();
}

glib::Ref<GSocket> Listener::socket_of(GSocketAddress* remote) const {
  auto found = connections_.find(key_of(remote));
  return found == connections_.end() ? glib::Ref<GSocket>() : found->second.socket;
}

Listener::Key Listener::key_of(GSocketAddress* remote) {
  if (!G_IS_INET_SOCKET_ADDRESS(remote)) return {};
  return fmt::format("{} {}", address_text(remote),
                     g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(remote)));
}

}  // namespace classcast::server
