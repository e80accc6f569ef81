// SPDX-License-Identifier: MIT
// Transport addresses as values: what a datagram came from and what it was sent to.
#pragma once

#include "base/bytes.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace classcast::rtc {

/// An IPv4 or IPv6 address with a port. An IPv4-mapped IPv6 address is kept as IPv4, so that one remote
/// has one Address whatever socket it was seen on.
class Address {
 public:
  enum class Family : std::uint8_t { v4, v6 };

  Address() = default;
  static Address v4(std::array<std::uint8_t, 4> octets, std::uint16_t port);
  static Address v6(const std::array<std::uint8_t, 16>& octets, std::uint16_t port);
  /// Numeric text only ("192.0.2.1", "2001:db8::1"); host names and zone ids are nullopt.
  static std::optional<Address> parse(std::string_view ip, std::uint16_t port);

  [[nodiscard]] Family family() const { return family_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// 4 or 16 octets in network order.
  [[nodiscard]] Bytes octets() const;
  [[nodiscard]] std::string ip_text() const;
  /// "192.0.2.1:8443" or "[2001:db8::1]:8443".
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::size_t hash() const noexcept;

  auto operator<=>(const Address&) const = default;  // NOLINT(modernize-use-nullptr)

 private:
  std::array<std::uint8_t, 16> octets_{};
  std::uint16_t port_ = 0;
  Family family_ = Family::v4;
};

enum class Transport : std::uint8_t { udp, tcp };

/// One path between a peer and us.
struct Tuple {
  Address local;
  Address remote;
  Transport transport = Transport::udp;

  auto operator<=>(const Tuple&) const = default;
};

}  // namespace classcast::rtc

template <>
struct std::hash<classcast::rtc::Address> {
  std::size_t operator()(const classcast::rtc::Address& address) const noexcept { return address.hash(); }
};

template <>
struct std::hash<classcast::rtc::Tuple> {
  std::size_t operator()(const classcast::rtc::Tuple& tuple) const noexcept {
    return tuple.remote.hash() * 31 + tuple.local.hash() * 2 + static_cast<std::size_t>(tuple.transport);
  }
};
