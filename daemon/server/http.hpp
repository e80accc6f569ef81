// SPDX-License-Identifier: MIT
// HttpServer: libsoup's server behind the listener, the router and the gate.
#pragma once

#include "glib/ref.hpp"
#include "glib/signal.hpp"
#include "server/exchange.hpp"
#include "server/listener.hpp"
#include "server/router.hpp"
#include "server/sessions.hpp"

#include <libsoup/soup.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>

namespace classcast::server {

class HttpServer {
 public:
  /// No request of today needs more (RFC 9725 leaves SDP unbounded; 64 KiB holds hundreds of candidates).
  static constexpr std::size_t kMaxBodyBytes = 64 * 1024;

  HttpServer(Listener& listener, Sessions& sessions);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  void add(Route route) { router_.add(std::move(route)); }
  /// Serves GET of a path that no route has.
  void set_fallback(Handler handler) { fallback_ = std::move(handler); }
  [[nodiscard]] const Router& router() const { return router_; }
  /// Answers by the first digit of their status.
  [[nodiscard]] const std::array<std::uint64_t, 6>& answers() const { return answers_; }

 private:
  static void got_headers(SoupServer*, SoupServerMessage*, const char* path, GHashTable* query,
                          gpointer self);
  static void got_body(SoupServer*, SoupServerMessage*, const char* path, GHashTable* query, gpointer self);
  static void finished(SoupServer*, SoupServerMessage* message, gpointer self);
  void accept(const Listener::Stream& stream);
  void dispatch(const std::shared_ptr<Exchange>& exchange);
  void run(const Route& route, const std::shared_ptr<Exchange>& exchange);
  void no_route(const Router::Match& match, const std::shared_ptr<Exchange>& exchange);

  Listener& listener_;
  Sessions& sessions_;
  Router router_;
  Handler fallback_;
  std::array<std::uint64_t, 6> answers_{};
  glib::Ref<SoupServer> server_;
  glib::SignalConnection finished_;
};

}  // namespace classcast::server
