// SPDX-License-Identifier: MIT
// Short-lived rights as signed tokens: JWT (RFC 7519) with EdDSA over Ed25519 (RFC 8037).
#pragma once

#include "base/result.hpp"

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace classcast::protocol {

/// fetch: read a recorder's files of the room; end: end other people's sessions at the relay.
enum class Right { publish, watch, observe, fetch, end };

struct TokenClaims {
  std::string sub;   ///< who: `device:room-101`, `user:7`, `server`
  std::string room;  ///< a room id; `*` only with `observe`, `fetch` and `end`
  Right can = Right::watch;
  std::int64_t exp = 0;      ///< Unix seconds
  std::string jti;           ///< 128 random bits, hex
  std::string layer = {};    ///< the only layer it is for; empty: any
  std::int64_t made_ms = 0;  ///< Unix milliseconds; 0: not told
};

inline constexpr std::int64_t kTokenLifeSeconds = 600;
inline constexpr std::size_t kMaxTokenBytes = 2048;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

/// A new Ed25519 key pair, both halves as PEM.
struct KeyPair {
  std::string private_pem;
  std::string public_pem;
};
Result<KeyPair> make_token_keys();

/// Held by the server alone.
class TokenSigner {
 public:
  static Result<TokenSigner> create(std::string_view private_pem);
  /// A token that expires kTokenLifeSeconds after `now_s`; `jti` is made here.
  [[nodiscard]] std::string sign(std::string_view sub, std::string_view room, Right can,
                                 std::int64_t now_s) const;
  [[nodiscard]] std::string sign(const TokenClaims& claims) const;

 private:
  explicit TokenSigner(Key key) : key_(std::move(key)) {}
  Key key_;
};

/// All that a relay needs.
class TokenVerifier {
 public:
  static Result<TokenVerifier> create(std::string_view public_pem);
  /// Errc::denied, with the reason but never the token, for anything but a good token.
  [[nodiscard]] Result<TokenClaims> verify(std::string_view token, std::int64_t now_s) const;

 private:
  explicit TokenVerifier(Key key) : key_(std::move(key)) {}
  Key key_;
};

}  // namespace classcast::protocol
