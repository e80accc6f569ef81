// SPDX-License-Identifier: MIT
#include "server/relay_proxy.hpp"

#include "base/strings.hpp"
#include "glib/log.hpp"

#include <algorithm>
#include <array>

namespace classcast::server {

using protocol::ErrorId;

namespace {

constexpr std::array<const char*, 7> kToRelay = {
    "Authorization", "Content-Type", "If-Match", "Accept",
    // CORS preflights of browsers on other sites are the relay's to answer (RFC 9725 §4.8).
    "Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"};

constexpr std::array<const char*, 11> kToCaller = {
    "Location",    "ETag",  "Link",          "Retry-After",  "Content-Type", "WWW-Authenticate",
    "Accept-Post", "Allow", "Cache-Control", "Accept-Patch", "Vary"};

constexpr int kCreated = 201;
constexpr std::string_view kCorsPrefix = "access-control-";

template <std::size_t Size>
bool among(const std::array<const char*, Size>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](const char* one) { return iequals(one, name); });
}

}  // namespace

bool passes_to_relay(std::string_view name) {
  return among(kToRelay, name);
}

bool passes_to_caller(std::string_view name) {
  return among(kToCaller, name) || lower(name).starts_with(kCorsPrefix);
}

ClientRequest RelayProxy::request_for(const Exchange& exchange) const {
  ClientRequest request;
  request.method = exchange.method();
  request.url = relay_url_ + exchange.target();
  request.timeout = kTimeout;
  request.body = exchange.body();
  for (const auto* name : kToRelay) {
    if (auto value = exchange.header(name); !value.empty()) request.headers.emplace_back(name, value);
  }
  return request;
}

void RelayProxy::handle(const std::shared_ptr<Exchange>& exchange) {
  if (pending_.size() >= kMaxPending) {
    return exchange->problem(ErrorId::unavailable, "Too many streams are being opened at once.");
  }
  auto place = pending_.emplace(pending_.end());
  auto begun = std::make_shared<bool>(false);
  auto request = request_for(*exchange);
  request.on_events = [this, exchange, begun](const ClientAnswer& head, std::string_view text) {
    return pass_events(*exchange, head, text, *begun);
  };
  *place = client_.fetch(std::move(request), [this, place, exchange, begun](Result<ClientAnswer> answer) {
    pending_.erase(place);
    if (!*begun) return answered(*exchange, std::move(answer));
    --streams_;
    exchange->end();
  });
}

/// Head and body of an answer as the caller gets them.
Response RelayProxy::response_of(ClientAnswer answer) {
  Response response;
  response.status = answer.status;
  response.body = std::move(answer.body);
  for (auto& [name, value] : answer.headers) {
    if (iequals(name, "Content-Type")) {
      response.content_type = value;
    } else if (passes_to_caller(name)) {
      response.headers.emplace_back(name, value);
    }
  }
  return response;
}

bool RelayProxy::pass_events(Exchange& exchange, const ClientAnswer& head, std::string_view text,
                             bool& begun) {
  if (begun) return exchange.more(text);
  if (streams_ >= kMaxStreams || !exchange.begin(response_of(head))) return false;
  begun = true;
  ++streams_;
  return true;
}

void RelayProxy::answered(Exchange& exchange, Result<ClientAnswer> answer) {
  if (!answer) {
    glib::log::warning("relay", "cannot pass a request on to the relay: {}", answer.error().message);
    return exchange.problem(ErrorId::bad_gateway, "The relay does not answer.", {{"Retry-After", "1"}});
  }
  if (answer->status == kCreated && exchange.hung_up()) take_back(exchange, *answer);
  exchange.answer(response_of(std::move(*answer)));
}

/// A page that was left while its session was being made cannot end it: it never learned the address.
void RelayProxy::take_back(const Exchange& exchange, const ClientAnswer& made) {
  auto found = std::find_if(made.headers.begin(), made.headers.end(),
                            [](const auto& header) { return iequals(header.first, "Location"); });
  if (found == made.headers.end() || pending_.size() >= kMaxPending) return;
  ClientRequest request;
  request.method = "DELETE";
  bool path = found->second.starts_with('/');
  if (!path && !found->second.starts_with(relay_url_)) return;
  request.url = path ? relay_url_ + found->second : found->second;
  request.timeout = kTimeout;
  request.headers = {{"Authorization", std::string(exchange.header("Authorization"))}};
  auto place = pending_.emplace(pending_.end());
  *place = client_.fetch(std::move(request), [this, place](const Result<ClientAnswer>& answer) {
    pending_.erase(place);
    if (!answer)
      glib::log::warning("relay", "a session that nobody waits for stays: {}", answer.error().message);
  });
}

}  // namespace classcast::server
