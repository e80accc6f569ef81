// SPDX-License-Identifier: MIT
// Access: who may do what, by the bearer token (RFC 6750) of a request.
#pragma once

#include "protocol/token.hpp"
#include "relay/eviction.hpp"
#include "relay/http_message.hpp"
#include "relay/rate_limit.hpp"
#include "relay/token_keys.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace classcast::relay {

struct AccessOptions {
  std::string public_key_file;
  /// False only for trials on one machine.
  bool required = true;
  double requests_per_second = 10;
};

class Access {
 public:
  explicit Access(const AccessOptions& options);

  /// A token with the right `can` for `room` ("*": for the whole relay) is needed, and, if the token is
  /// limited to one, for `layer`.
  /// Returns what it claims; nothing where none is required.
  Outcome<protocol::TokenClaims> endpoint(const HttpRequest& request, protocol::Right can,
                                          const std::string& room, std::string_view layer = {});
  /// From now on tokens that it covers, signed up to `until_ms`, are refused.
  void evict(Eviction eviction, std::int64_t until_ms) { evictions_.add(std::move(eviction), until_ms); }
  /// The session URL is its own key: no token is needed, and one that has expired is good enough to hang up
  /// with, but a token for another room or a forged one is refused.
  std::optional<Refusal> session(const HttpRequest& request, const std::string& room);

  /// Whether tokens can be checked at all.
  bool ready(Instant now) { return !options_.required || keys_.verifier(now) != nullptr; }
  [[nodiscard]] std::uint64_t rejected() const { return rejected_; }

 private:
  Outcome<protocol::TokenClaims> claims(const HttpRequest& request, std::int64_t now_s);
  [[nodiscard]] std::optional<Refusal> mismatch(const protocol::TokenClaims& token, protocol::Right can,
                                                const std::string& room, std::string_view layer) const;
  Refusal reject(const HttpRequest& request, protocol::ErrorId id, std::string detail);
  std::optional<Refusal> limited(RateLimit& limit, const std::string& party);

  AccessOptions options_;
  TokenKeys keys_;
  Evictions evictions_;
  RateLimit requests_;  // by the token's owner
  RateLimit rejects_;   // by address: against guessing
  std::uint64_t rejected_ = 0;
};

}  // namespace classcast::relay
