// SPDX-License-Identifier: MIT
// TrustedProxies: whose word about the caller's address is believed. Pure.
#pragma once

#include "base/result.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace classcast::server {

/// 16 bytes; IPv4 as ::ffff:a.b.c.d (RFC 4291 §2.5.5.2), so that one host has one form.
using AddressBytes = std::array<std::uint8_t, 16>;

/// Of "10.1.2.3", "2001:db8::1", "::ffff:10.1.2.3"; nothing else, no port and no zone.
std::optional<AddressBytes> parse_address(std::string_view text);
/// The form that the journal and the audit log show: IPv4 with dots.
std::string address_text(const AddressBytes& address);

class TrustedProxies {
 public:
  /// A longer way than this is nobody's; what stands further left in a header is not looked at.
  static constexpr std::size_t kMaxHops = 16;

  /// "127.0.0.1, ::1, 10.20.0.0/16": addresses and networks. Errc::invalid names the first that is neither.
  static Result<TrustedProxies> parse(std::string_view list);

  [[nodiscard]] bool empty() const { return networks_.empty(); }
  [[nodiscard]] bool trusts(const AddressBytes& address) const;
  /// The address of whoever began the request: `peer`, unless that is a trusted proxy; then the right-most
  /// hop of X-Forwarded-For that is not one. A hop that is no address ends the search at the one before it.
  [[nodiscard]] std::string caller(std::string_view peer, std::string_view forwarded_for) const;

 private:
  struct Network {
    AddressBytes address;
    unsigned bits;
  };
  static std::optional<Network> parse_network(std::string_view text);

  std::vector<Network> networks_;
};

}  // namespace classcast::server
