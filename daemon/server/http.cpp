// SPDX-License-Identifier: MIT
#include "server/http.hpp"

#include "base/strings.hpp"
#include "glib/log.hpp"

namespace classcast::server {

using protocol::ErrorId;

namespace {

/// Counts a chunked body as it comes; past the limit nothing more of it is kept.
void got_chunk(SoupServerMessage* message, GBytes* chunk, gpointer counter) {
  auto* bytes = static_cast<std::size_t*>(counter);
  *bytes += g_bytes_get_size(chunk);
  if (*bytes > HttpServer::kMaxBodyBytes) {
    soup_message_body_set_accumulate(soup_server_message_get_request_body(message), FALSE);
  }
}

void free_counter(gpointer counter, GClosure*) {
  delete static_cast<std::size_t*>(counter);
}

constexpr const char* kCounterKey = "classcast-body-bytes";

std::size_t body_bytes(SoupServerMessage* message) {
  const auto* counter = static_cast<std::size_t*>(g_object_get_data(G_OBJECT(message), kCounterKey));
  return counter != nullptr ? *counter : 0;
}

}  // namespace

HttpServer::HttpServer(Listener& listener, Sessions& sessions, ApiTokens& tokens)
    : listener_(listener),
      sessions_(sessions),
      tokens_(tokens),
      server_(glib::Ref<SoupServer>::adopt(soup_server_new(nullptr, nullptr))),
      finished_(server_.get(), "request-finished", G_CALLBACK(finished), this) {
  soup_server_add_early_handler(server_.get(), nullptr, got_headers, this, nullptr);
  soup_server_add_handler(server_.get(), nullptr, got_body, this, nullptr);
  listener_.on_stream = [this](const Listener::Stream& stream) { accept(stream); };
}

HttpServer::~HttpServer() {
  listener_.on_stream = nullptr;
  soup_server_disconnect(server_.get());
}

void HttpServer::accept(const Listener::Stream& stream) {
  glib::GErrorSlot error;
  if (soup_server_accept_iostream(server_.get(), stream.io.get(), stream.local.get(), stream.remote.get(),
                                  error.out()) == 0) {
    glib::log::warning("http", "cannot take a connection: {}", error.text());
  }
}

void HttpServer::got_headers(SoupServer*, SoupServerMessage* message, const char*, GHashTable*, gpointer) {
  auto* counter = new std::size_t(0);
  g_object_set_data(G_OBJECT(message), kCounterKey, counter);
  g_signal_connect_data(message, "got-chunk", G_CALLBACK(got_chunk), counter, free_counter, GConnectFlags{});
  auto* headers = soup_server_message_get_request_headers(message);
  auto announced = soup_message_headers_get_content_length(headers);
  bool sized = soup_message_headers_get_encoding(headers) == SOUP_ENCODING_CONTENT_LENGTH;
  if (sized && announced > static_cast<goffset>(kMaxBodyBytes)) {
    soup_message_body_set_accumulate(soup_server_message_get_request_body(message), FALSE);
  }
}

void HttpServer::got_body(SoupServer*, SoupServerMessage* message, const char*, GHashTable*, gpointer data) {
  auto* self = static_cast<HttpServer*>(data);
  self->listener_.request_complete(soup_server_message_get_remote_address(message));
  auto exchange = std::make_shared<Exchange>(
      message, [self](GSocketAddress* remote) { return self->listener_.socket_of(remote); });
  exchange->set_caller(self->proxies_.caller(exchange->remote(), exchange->forwarded_for()));
  exchange->too_large = body_bytes(message) > kMaxBodyBytes;
  self->dispatch(exchange);
  // Whoever still holds the exchange owes the answer.
  if (!exchange->answered_ && exchange.use_count() > 1) {
    exchange->paused_ = true;
    soup_server_message_pause(message);
  }
}

void HttpServer::finished(SoupServer*, SoupServerMessage* message, gpointer data) {
  auto* self = static_cast<HttpServer*>(data);
  auto digit = soup_server_message_get_status(message) / 100;
  if (digit < self->answers_.size()) ++self->answers_[digit];
}

void HttpServer::dispatch(const std::shared_ptr<Exchange>& exchange) {
  if (exchange->too_large) {
    return exchange->problem(ErrorId::payload_too_large,
                             fmt::format("The body is larger than {} bytes.", kMaxBodyBytes));
  }
  auto match = router_.find(exchange->method(), exchange->path());
  if (match.route == nullptr) return no_route(match, exchange);
  exchange->set_parameters(std::move(match.parameters));
  run(*match.route, exchange);
}

void HttpServer::run(const Route& route, const std::shared_ptr<Exchange>& exchange) {
  if (admit(route, exchange)) route.handler(exchange);
}

bool HttpServer::admit(const Route& route, const std::shared_ptr<Exchange>& exchange) {
  bool takes_token = exchange->path().starts_with("/api/v1/") || exchange->path().starts_with("/hls/");
  bool by_token = takes_token && ApiTokens::looks_like_one(exchange->bearer());
  const auto* token = by_token ? tokens_.find(exchange->bearer(), unix_ms()) : nullptr;
  auto cookie = cookie_value(exchange->header("Cookie"), Sessions::kCookie);
  const auto* session =
      by_token ? (token != nullptr ? &token->session : nullptr) : sessions_.find(cookie, unix_ms());
  Caller caller{exchange->method(),
                exchange->header("Origin"),
                exchange->header("Host"),
                exchange->header("X-CSRF-Token"),
                session,
                by_token,
                token != nullptr && token->read_only};
  if (auto refusal = refuse(route.access, caller)) {
    exchange->problem(refusal->id, refusal->detail);
    return false;
  }
  if (session == nullptr) return true;
  exchange->set_session(*session);
  if (slow_down(*exchange, *session)) return false;
  return route.access != Access::room || admit_to_room(route, *exchange);
}

bool HttpServer::admit_to_room(const Route& route, Exchange& exchange) {
  auto room = look_up_(exchange.parameter("room"), *exchange.session());
  room.right = route.right;
  auto refusal = refuse_room(room, exchange.session()->role);
  if (refusal) exchange.problem(refusal->id, refusal->detail);
  return !refusal;
}

bool HttpServer::slow_down(Exchange& exchange, const store::Session& session) {
  auto wait = per_person_.take(std::to_string(session.user_id), now());
  if (!wait) return false;
  auto seconds = std::chrono::ceil<std::chrono::seconds>(*wait).count();
  exchange.problem(ErrorId::too_many_requests, "Too many requests; wait a little.",
                   {{"Retry-After", std::to_string(seconds)}});
  return true;
}

void HttpServer::no_route(const Router::Match& match, const std::shared_ptr<Exchange>& exchange) {
  if (!match.allowed.empty()) {
    return exchange->problem(ErrorId::method_not_allowed, "This address does not know the method.",
                             {{"Allow", fmt::format("{}", fmt::join(match.allowed, ", "))}});
  }
  bool reading = exchange->method() == "GET" || exchange->method() == "HEAD";
  if (reading && fallback_) return fallback_(exchange);
  exchange->problem(ErrorId::not_found, "There is nothing at this address.");
}

}  // namespace classcast::server
