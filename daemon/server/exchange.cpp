// SPDX-License-Identifier: MIT
#include "server/exchange.hpp"

#include "base/strings.hpp"

#include <poll.h>

namespace classcast::server {

using protocol::ErrorId;

namespace {

/// Sent with every answer. The viewer needs inline styles (Lit) and blob: pictures and media.
constexpr std::pair<const char*, const char*> kSecurityHeaders[] = {
    {"Content-Security-Policy",
     "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
     "media-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action "
     "'self'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Strict-Transport-Security", "max-age=31536000"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
};

constexpr const char* kRetrySeconds = "2";

}  // namespace

Exchange::Exchange(SoupServerMessage* message, SocketOf socket_of)
    : message_(glib::Ref<SoupServerMessage>::retain(message)),
      socket_of_(std::move(socket_of)),
      finished_(message, "finished", G_CALLBACK(finished), this) {}

Exchange::~Exchange() {
  if (!answered_ && !gone_) problem(ErrorId::internal, "The request was not answered.");
}

void Exchange::finished(SoupServerMessage*, gpointer data) {
  auto* self = static_cast<Exchange*>(data);
  self->gone_ = true;
  auto keep = std::move(self->until_upgraded_);
  if (auto tell = std::exchange(self->on_gone, nullptr)) tell();
}

std::string_view Exchange::method() const {
  return soup_server_message_get_method(message_.get());
}

std::string_view Exchange::path() const {
  return g_uri_get_path(soup_server_message_get_uri(message_.get()));
}

std::string Exchange::target() const {
  auto* uri = soup_server_message_get_uri(message_.get());
  glib::UniqueText escaped(g_uri_escape_string(g_uri_get_path(uri), "/!$&'()*+,;=:@", FALSE));
  const auto* query = g_uri_get_query(uri);
  return query != nullptr ? fmt::format("{}?{}", escaped.get(), query) : std::string(escaped.get());
}

std::string_view Exchange::header(const char* name) const {
  const auto* value =
      soup_message_headers_get_one(soup_server_message_get_request_headers(message_.get()), name);
  return value != nullptr ? std::string_view(value) : std::string_view();
}

std::string_view Exchange::body() const {
  const auto* body = soup_server_message_get_request_body(message_.get());
  if (body->data == nullptr) return {};
  return {body->data, static_cast<std::size_t>(body->length)};
}

std::string_view Exchange::forwarded_for() const {
  const auto* value = soup_message_headers_get_list(soup_server_message_get_request_headers(message_.get()),
                                                    "X-Forwarded-For");
  return value != nullptr ? std::string_view(value) : std::string_view();
}

std::string Exchange::remote() const {
  if (!caller_.empty()) return caller_;
  const auto* host = soup_server_message_get_remote_host(message_.get());
  return host != nullptr ? host : "";
}

bool Exchange::from_loopback() const {
  if (!header("X-Forwarded-For").empty() || !header("Forwarded").empty()) return false;
  auto* address = soup_server_message_get_remote_address(message_.get());
  return G_IS_INET_SOCKET_ADDRESS(address) &&
         g_inet_address_get_is_loopback(g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(address))) !=
             0;
}

std::string Exchange::parameter(std::string_view name) const {
  auto found = parameters_.find(name);
  return found == parameters_.end() ? std::string() : found->second;
}

std::optional<std::string> Exchange::query(const char* name) const {
  const auto* text = g_uri_get_query(soup_server_message_get_uri(message_.get()));
  if (text == nullptr) return std::nullopt;
  glib::Unique<GHashTable, g_hash_table_unref> form(soup_form_decode(text));
  const auto* value = static_cast<const char*>(g_hash_table_lookup(form.get(), name));
  if (value == nullptr || g_utf8_validate(value, -1, nullptr) == 0) return std::nullopt;
  return std::string(value);
}

std::string Exchange::content_type() const {
  return lower(trim(split(header("Content-Type"), ';').front()));
}

std::string_view Exchange::bearer() const {
  constexpr std::string_view kScheme = "bearer ";
  auto value = header("Authorization");
  if (!iequals(value.substr(0, kScheme.size()), kScheme)) return {};
  return trim(value.substr(kScheme.size()));
}

bool Exchange::hung_up() const {
  if (gone_) return true;
  // libsoup does not read from a connection whose answer is owed, so the kernel is asked.
  auto socket = socket_of_(soup_server_message_get_remote_address(message_.get()));
  if (!socket) return true;
  pollfd asked{g_socket_get_fd(socket.get()), POLLRDHUP, 0};
  return poll(&asked, 1, 0) > 0;
}

void Exchange::answer(Response response) {
  if (answered_ || gone_) return;
  answered_ = true;
  auto* headers = soup_server_message_get_response_headers(message_.get());
  for (auto [name, value] : kSecurityHeaders) soup_message_headers_replace(headers, name, value);
  // libsoup 3.2.3 keeps the descriptor of a kept-alive connection that the client closes; one request per
  // connection avoids that (tests/integration/server/http.test.mjs).
  soup_message_headers_replace(headers, "Connection", "close");
  soup_message_headers_replace(headers, "Cache-Control", "no-store");
  for (const auto& [name, value] : response.headers) {
    if (name == "Cache-Control") soup_message_headers_remove(headers, "Cache-Control");
    soup_message_headers_append(headers, name.c_str(), value.c_str());
  }
  soup_server_message_set_status(message_.get(), static_cast<guint>(response.status), nullptr);
  auto* body = soup_server_message_get_response_body(message_.get());
  if (!response.content_type.empty()) {
    soup_message_headers_replace(headers, "Content-Type", response.content_type.c_str());
  }
  if (response.shared_body) {
    soup_message_body_append_bytes(body, response.shared_body.get());
  } else if (!response.body.empty()) {
    soup_message_body_append(body, SOUP_MEMORY_COPY, response.body.data(), response.body.size());
  }
  resume();
}

bool Exchange::begin(Response response, std::optional<std::int64_t> length) {
  if (answered_ || gone_) return false;
  auto* headers = soup_server_message_get_response_headers(message_.get());
  if (length) {
    soup_message_headers_set_content_length(headers, *length);
  } else {
    soup_message_headers_set_encoding(headers, SOUP_ENCODING_CHUNKED);
  }
  soup_message_body_set_accumulate(soup_server_message_get_response_body(message_.get()), FALSE);
  wrote_ = glib::SignalConnection(message_.get(), "wrote-chunk", G_CALLBACK(wrote_chunk), this);
  answer(std::move(response));
  return true;
}

bool Exchange::more(std::string_view text) {
  constexpr std::size_t kMaxWaiting = 256;
  if (gone_ || waiting_ >= kMaxWaiting) return false;
  ++waiting_;
  soup_message_body_append(soup_server_message_get_response_body(message_.get()), SOUP_MEMORY_COPY,
                           text.data(), text.size());
  soup_server_message_unpause(message_.get());
  return true;
}

void Exchange::end() {
  if (gone_) return;
  soup_message_body_complete(soup_server_message_get_response_body(message_.get()));
  soup_server_message_unpause(message_.get());
}

void Exchange::wrote_chunk(SoupServerMessage*, gpointer data) {
  auto* self = static_cast<Exchange*>(data);
  if (self->waiting_ > 0) --self->waiting_;
  if (self->waiting_ == 0 && self->on_drained) self->on_drained();
}

void Exchange::resume() {
  if (std::exchange(paused_, false)) soup_server_message_unpause(message_.get());
}

void Exchange::json(int status, std::string body) {
  answer({status, "application/json", std::move(body), {}, {}});
}

void Exchange::problem(ErrorId id, std::string_view detail,
                       std::vector<std::pair<std::string, std::string>> headers) {
  const auto& entry = protocol::describe(id);
  if (id == ErrorId::unavailable) headers.emplace_back("Retry-After", kRetrySeconds);
  answer({entry.status, protocol::kProblemType, protocol::problem_json(id, detail), {}, std::move(headers)});
}

void Exchange::problem(const Error& error) {
  auto id = protocol::error_id(error.code);
  // What broke inside is for the journal, not for strangers.
  bool ours = id == ErrorId::internal || id == ErrorId::unavailable;
  problem(id, ours ? "The server cannot do this now; the reason is in its journal." : error.message);
}

void Exchange::upgrade(const char* subprotocol, std::size_t max_message_bytes, OnUpgraded done) {
  if (answered_ || gone_) return;
  char* protocols[] = {const_cast<char*>(subprotocol), nullptr};
  bool accepted =
      soup_websocket_server_process_handshake(
          message_.get(), nullptr, subprotocol != nullptr ? protocols : nullptr, nullptr, nullptr) != 0;
  if (!accepted) {
    soup_message_body_truncate(soup_server_message_get_response_body(message_.get()));
    return problem(ErrorId::bad_request, "This address wants a WebSocket handshake.");
  }
  answered_ = true;
  on_upgraded_ = std::move(done);
  max_message_bytes_ = max_message_bytes;
  until_upgraded_ = shared_from_this();
  upgraded_ = glib::SignalConnection(message_.get(), "wrote-informational", G_CALLBACK(wrote_upgrade), this);
  resume();
}

void Exchange::wrote_upgrade(SoupServerMessage* message, gpointer data) {
  auto* self = static_cast<Exchange*>(data);
  auto keep = std::move(self->until_upgraded_);
  auto socket = self->socket_of_(soup_server_message_get_remote_address(message));
  const auto* protocol = soup_message_headers_get_one(soup_server_message_get_response_headers(message),
                                                      "Sec-WebSocket-Protocol");
  auto stream = glib::Ref<GIOStream>::adopt(soup_server_message_steal_connection(message));
  auto connection = glib::Ref<SoupWebsocketConnection>::adopt(
      soup_websocket_connection_new(stream.get(), soup_server_message_get_uri(message),
                                    SOUP_WEBSOCKET_CONNECTION_SERVER, nullptr, protocol, nullptr));
  auto done = std::exchange(self->on_upgraded_, nullptr);
  if (done)
    done(std::make_unique<WebSocket>(std::move(connection), std::move(socket), self->max_message_bytes_));
}

}  // namespace classcast::server
