// SPDX-License-Identifier: MIT
#include "relay/access.hpp"

#include "base/strings.hpp"

namespace classcast::relay {

namespace {

using protocol::ErrorId;

constexpr int kRetryKey_s = 2;
constexpr int kRetryLimit_s = 1;
constexpr double kBurstSeconds = 10;  // a burst is what may come in this time

std::optional<std::string_view> bearer(const HttpRequest& request) {
  constexpr std::string_view kScheme = "bearer ";
  auto value = request.header("authorization");
  if (!value || !iequals(value->substr(0, kScheme.size()), kScheme)) return std::nullopt;
  return trim(value->substr(kScheme.size()));
}

std::int64_t unix_seconds() {
  constexpr std::int64_t kMsPerSecond = 1000;
  return unix_ms() / kMsPerSecond;
}

}  // namespace

Access::Access(const AccessOptions& options)
    : options_(options),
      keys_(options.public_key_file),
      requests_(options.requests_per_second * kBurstSeconds, options.requests_per_second),
      rejects_(options.requests_per_second * kBurstSeconds, options.requests_per_second) {}

std::optional<Refusal> Access::limited(RateLimit& limit, const std::string& party) {
  if (limit.allow(party, now())) return std::nullopt;
  return Refusal{ErrorId::too_many_requests, "Too many requests; try again shortly.", kRetryLimit_s};
}

Refusal Access::reject(const HttpRequest& request, ErrorId id, std::string detail) {
  ++rejected_;
  if (auto slow_down = limited(rejects_, request.remote_ip)) return *slow_down;
  return {id, std::move(detail), std::nullopt};
}

Outcome<protocol::TokenClaims> Access::claims(const HttpRequest& request, std::int64_t now_s) {
  const auto* verifier = keys_.verifier(now());
  if (verifier == nullptr) {
    return refuse(ErrorId::unavailable, "The server's key is not there yet.", kRetryKey_s);
  }
  auto token = bearer(request);
  if (!token)
    return tl::make_unexpected(reject(request, ErrorId::unauthenticated, "A bearer token is needed."));
  auto claims = verifier->verify(*token, now_s);
  if (!claims) {
    return tl::make_unexpected(reject(request, ErrorId::unauthenticated, claims.error().message + "."));
  }
  return *claims;
}

Outcome<protocol::TokenClaims> Access::endpoint(const HttpRequest& request, protocol::Right can,
                                                const std::string& room, std::string_view layer) {
  if (!options_.required && !bearer(request)) {
    if (auto slow_down = limited(requests_, request.remote_ip)) return tl::make_unexpected(*slow_down);
    return protocol::TokenClaims{};
  }
  auto token = claims(request, unix_seconds());
  if (!token) return token;
  if (auto wrong = mismatch(*token, can, room, layer)) {
    return tl::make_unexpected(reject(request, wrong->id, wrong->detail));
  }
  if (auto slow_down = limited(requests_, token->sub)) return tl::make_unexpected(*slow_down);
  return token;
}

std::optional<Refusal> Access::mismatch(const protocol::TokenClaims& token, protocol::Right can,
                                        const std::string& room, std::string_view layer) const {
  if (token.can != can || token.room != room)
    return Refusal{ErrorId::forbidden, "The token is for another room or another right.", std::nullopt};
  if (!token.layer.empty() && token.layer != layer)
    return Refusal{ErrorId::forbidden, "The token is for another layer.", std::nullopt};
  if (evictions_.cover(token)) {
    return Refusal{ErrorId::unauthenticated, "The right that this token was for has been taken back.",
                   std::nullopt};
  }
  return std::nullopt;
}

std::optional<Refusal> Access::session(const HttpRequest& request, const std::string& room) {
  if (bearer(request)) {
    auto token = claims(request, 0);
    if (!token) return token.error();
    if (token->room != room) return reject(request, ErrorId::forbidden, "The token is for another room.");
  }
  return limited(requests_, request.path);
}

}  // namespace classcast::relay
