// SPDX-License-Identifier: MIT
// HttpServer: libsoup's server behind the listener, the router and the gate.
#pragma once

#include "glib/ref.hpp"
#include "glib/signal.hpp"
#include "server/api_tokens.hpp"
#include "server/exchange.hpp"
#include "server/gate.hpp"
#include "server/listener.hpp"
#include "server/router.hpp"
#include "server/sessions.hpp"
#include "server/throttle.hpp"
#include "server/trusted_proxies.hpp"

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
  /// Requests of one person: a page that opens asks for some dozens.
  static constexpr Throttle::Rate kPersonRate = {600, 20ms};
  static constexpr std::size_t kMaxThrottled = 10'000;

  /// Whether a room exists and what a person is to it.
  using LookUp = std::function<RoomCase(const std::string& room, const store::Session& session)>;

  HttpServer(Listener& listener, Sessions& sessions, ApiTokens& tokens);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  void add(Route route) { router_.add(std::move(route)); }
  /// Serves GET of a path that no route has.
  void set_fallback(Handler handler) { fallback_ = std::move(handler); }
  void set_trusted_proxies(TrustedProxies proxies) { proxies_ = std::move(proxies); }
  void set_room_look_up(LookUp look_up) { look_up_ = std::move(look_up); }
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
  /// False when the request was refused.
  bool admit(const Route& route, const std::shared_ptr<Exchange>& exchange);
  bool admit_to_room(const Route& route, Exchange& exchange);
  bool slow_down(Exchange& exchange, const store::Session& session);
  void no_route(const Router::Match& match, const std::shared_ptr<Exchange>& exchange);

  Listener& listener_;
  Sessions& sessions_;
  ApiTokens& tokens_;
  LookUp look_up_;
  TrustedProxies proxies_;
  Throttle per_person_{kPersonRate, kMaxThrottled};
  Router router_;
  Handler fallback_;
  std::array<std::uint64_t, 6> answers_{};
  glib::Ref<SoupServer> server_;
  glib::SignalConnection finished_;
};

}  // namespace classcast::server
