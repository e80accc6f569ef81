// SPDX-License-Identifier: MIT
// A URL taken apart (RFC 3986 §3), with its user name and password kept away from the rest.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace classcast::device {

struct Url {
  std::string scheme;
  std::string host;  ///< without the brackets of an IPv6 address
  std::optional<std::uint16_t> port;
  std::string path;  ///< with query, from the slash on
  std::string user;
  Secret password;

  /// The URL without user name and password.
  [[nodiscard]] std::string bare() const;
};

/// Errc::invalid; the message never repeats the text, which may hold a password.
Result<Url> parse_url(std::string_view text);

/// True for localhost, 127.0.0.0/8 and ::1.
bool is_loopback(std::string_view host);

}  // namespace classcast::device
