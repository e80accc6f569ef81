// SPDX-License-Identifier: MIT
// STUN messages (RFC 8489 §5, §14) with the attributes of ICE (RFC 8445 §7.1).
#pragma once

#include "base/bytes.hpp"
#include "rtc/address.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace classcast::rtc {

/// RFC 8489 §5: fixed, tells STUN from other protocols.
constexpr std::uint32_t kStunMagicCookie = 0x2112A442;
constexpr std::size_t kStunHeader = 20;
constexpr std::uint16_t kStunBinding = 0x001;

enum class StunClass : std::uint8_t { request = 0, indication = 1, success = 2, error = 3 };

enum class StunError : std::uint16_t {
  bad_request = 400,
  unauthenticated = 401,
  unknown_attribute = 420,
  role_conflict = 487,
};

using TransactionId = std::array<std::uint8_t, 12>;

/// A parsed message; texts and spans point into the datagram.
struct StunMessage {
  StunClass cls = StunClass::request;
  std::uint16_t method = kStunBinding;
  TransactionId transaction{};

  std::optional<std::string_view> username;
  std::optional<std::uint32_t> priority;
  std::optional<std::uint64_t> ice_controlling;
  std::optional<std::uint64_t> ice_controlled;
  bool use_candidate = false;
  std::optional<Address> mapped_address;
  std::optional<std::uint16_t> error_code;
  /// The first comprehension-required attribute that we do not know (RFC 8489 §14).
  std::optional<std::uint16_t> unknown_required;
  bool has_fingerprint = false;

  /// nullopt when it is not a well-formed STUN message, or its FINGERPRINT is wrong.
  static std::optional<StunMessage> parse(Bytes datagram);
  [[nodiscard]] bool has_integrity() const { return integrity_at_.has_value(); }
  /// RFC 8489 §14.5: HMAC-SHA1 keyed with the ICE password. False without MESSAGE-INTEGRITY.
  [[nodiscard]] bool verify(std::string_view password) const;

 private:
  Bytes datagram_;
  std::optional<std::size_t> integrity_at_;

  friend class StunParser;
};

/// Builds one message into a fixed buffer.
class StunBuilder {
 public:
  StunBuilder(MutableBytes out, StunClass cls, const TransactionId& transaction);

  StunBuilder& username(std::string_view text);
  StunBuilder& priority(std::uint32_t value);
  StunBuilder& ice_controlling(std::uint64_t tie_breaker);
  StunBuilder& ice_controlled(std::uint64_t tie_breaker);
  StunBuilder& use_candidate();
  StunBuilder& xor_mapped_address(const Address& address);
  StunBuilder& error_code(StunError error, std::string_view reason);
  StunBuilder& unknown_attribute(std::uint16_t type);
  StunBuilder& software(std::string_view text);
  /// Adds MESSAGE-INTEGRITY (when a password is given) and FINGERPRINT; empty when the buffer was too small.
  Bytes finish(std::optional<std::string_view> password);

 private:
  void attribute(std::uint16_t type, Bytes value);
  void set_length(std::size_t behind);

  Writer writer_;
  TransactionId transaction_;
};

/// The local ufrag in the USERNAME of a binding request ("local:remote"), by which a first datagram finds its
/// peer. nullopt for everything else.
std::optional<std::string_view> stun_local_ufrag(Bytes datagram);

}  // namespace classcast::rtc
