// SPDX-License-Identifier: MIT
// Listener: accepts TCP connections, does the TLS handshake, and hands finished streams on. It bounds what
// strangers can hold: connections in all and per address, and the time until a request is complete.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "glib/ref.hpp"
#include "glib/scope.hpp"
#include "glib/source.hpp"
#include "server/certificate.hpp"

#include <gio/gio.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace classcast::server {

class Listener {
 public:
  static constexpr std::size_t kMaxConnections = 4096;
  /// A school's reverse proxy or NAT is one address.
  static constexpr std::size_t kMaxPerAddress = 2048;
  /// From accept to a complete request.
  static constexpr Duration kRequestTime = 30s;
  /// A peer that acknowledges nothing for so long is gone (TCP_USER_TIMEOUT).
  static constexpr unsigned kUnackedMs = 20'000;

  struct Stream {
    glib::Ref<GIOStream> io;
    glib::Ref<GSocketAddress> local;
    glib::Ref<GSocketAddress> remote;
  };

  explicit Listener(Identity identity) : identity_(std::move(identity)) {}
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();

  std::function<void(Stream)> on_stream;

  /// Errc::conflict when the port is taken. Port 0 takes a free one; port() tells which.
  Result<void> listen(const std::string& address, std::uint16_t port);
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Takes over a socket that listens already: while the server restarts, connections wait in it.
  Result<void> adopt(int fd);
  void stop();
  /// New connections get this one.
  void set_identity(Identity identity) { identity_ = std::move(identity); }

  /// The request of the connection from `remote` is complete: its deadline no longer applies.
  void request_complete(GSocketAddress* remote);
  /// The socket under the connection from `remote`; empty when it is gone.
  [[nodiscard]] glib::Ref<GSocket> socket_of(GSocketAddress* remote) const;
  [[nodiscard]] std::size_t connections() const { return connections_.size(); }

 private:
  struct Connection {
    glib::Ref<GSocket> socket;
    std::string address;
    glib::Timer deadline;
  };
  using Key = std::string;
  struct Watch;

  static Key key_of(GSocketAddress* remote);
  void accept_next();
  void accepted(GSocketConnection* connection);
  [[nodiscard]] bool admit(const std::string& address) const;
  void shake_hands(const Key& key, GSocketConnection* connection, Stream stream);
  void watch_end(const Key& key, GSocketConnection* connection);
  void forget(const Key& key);

  Identity identity_;
  glib::Ref<GSocketListener> listener_;
  glib::Ref<GCancellable> cancel_ = glib::Ref<GCancellable>::adopt(g_cancellable_new());
  std::uint16_t port_ = 0;
  std::map<Key, Connection> connections_;
  std::map<std::string, std::size_t> per_address_;
  glib::Timer retry_;
  glib::Scope scope_;
};

}  // namespace classcast::server
