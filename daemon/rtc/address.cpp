// SPDX-License-Identifier: MIT
#include "rtc/address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

namespace classcast::rtc {

namespace {

/// RFC 4291 §2.5.5.2: ::ffff:a.b.c.d.
constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

Address Address::v4(std::array<std::uint8_t, 4> octets, std::uint16_t port) {
  Address address;
  std::copy(octets.begin(), octets.end(), address.octets_.begin());
  address.port_ = port;
  return address;
}

Address Address::v6(const std::array<std::uint8_t, 16>& octets, std::uint16_t port) {
  if (std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), octets.begin())) {
    return v4({octets[12], octets[13], octets[14], octets[15]}, port);
  }
  Address address;
  address.family_ = Family::v6;
  address.octets_ = octets;
  address.port_ = port;
  return address;
}

std::optional<Address> Address::parse(std::string_view ip, std::uint16_t port) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (ip.size() >= text.size()) return std::nullopt;
  std::copy(ip.begin(), ip.end(), text.begin());
  std::array<std::uint8_t, 4> four{};
  if (inet_pton(AF_INET, text.data(), four.data()) == 1) return v4(four, port);
  std::array<std::uint8_t, 16> sixteen{};
  if (inet_pton(AF_INET6, text.data(), sixteen.data()) == 1) return v6(sixteen, port);
  return std::nullopt;
}

Bytes Address::octets() const {
  return Bytes(octets_).first(family_ == Family::v4 ? 4 : 16);
}

std::string Address::ip_text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(family_ == Family::v4 ? AF_INET : AF_INET6, octets_.data(), text.data(), text.size());
  return text.data();
}

std::string Address::text() const {
  return family_ == Family::v4 ? fmt::format("{}:{}", ip_text(), port_)
                               : fmt::format("[{}]:{}", ip_text(), port_);
}

std::size_t Address::hash() const noexcept {
  // FNV-1a.
  std::uint64_t hash = 14695981039346656037ULL ^ port_;
  for (auto octet : octets()) hash = (hash ^ octet) * 1099511628211ULL;
  return static_cast<std::size_t>(hash ^ (hash >> 32));
}

}  // namespace classcast::rtc
