// SPDX-License-Identifier: MIT
// One-time codes: TOTP (RFC 6238) over HMAC-SHA-1 with 6 digits and steps of 30 s, as authenticators expect.
// Pure.
#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace classcast::server {

inline constexpr std::int64_t kTotpStepSeconds = 30;
/// RFC 4226 §4: 160 bits are recommended.
inline constexpr std::size_t kTotpSecretBytes = 20;

/// RFC 4648 §6 without padding.
std::string base32(Bytes bytes);
std::optional<Buffer> base32_decode(std::string_view text);

std::string make_totp_secret();
/// The code of a time step; empty for a secret that is no Base32.
std::string totp_code(std::string_view secret, std::int64_t step);
/// The step whose code this is: now, the one before or the one after (RFC 6238 §5.2); nullopt for none.
std::optional<std::int64_t> totp_step_of(std::string_view secret, std::string_view code, std::int64_t now_s);
/// otpauth://totp/… as authenticators read it from a QR code.
std::string totp_uri(std::string_view secret, std::string_view school, std::string_view person);

}  // namespace classcast::server
