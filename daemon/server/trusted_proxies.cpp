// SPDX-License-Identifier: MIT
#include "server/trusted_proxies.hpp"

#include "base/strings.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace classcast::server {

namespace {

constexpr unsigned kIpv4Offset = 96;
constexpr std::size_t kIpv4Byte = 12;
constexpr unsigned kAddressBits = 128;

bool is_ipv4(const AddressBytes& address) {
  in6_addr parsed{};
  std::memcpy(&parsed, address.data(), address.size());
  return IN6_IS_ADDR_V4MAPPED(&parsed) != 0;
}

/// Some proxies write the port too: "10.1.2.3:4711", "[2001:db8::1]:4711".
std::string_view without_port(std::string_view hop) {
  if (hop.starts_with('[')) return hop.substr(1, hop.find(']') - 1);
  auto colon = hop.find(':');
  bool one = colon != std::string_view::npos && hop.find(':', colon + 1) == std::string_view::npos;
  return one ? hop.substr(0, colon) : hop;
}

}  // namespace

std::optional<AddressBytes> parse_address(std::string_view text) {
  AddressBytes address{};
  // Not even long enough for what inet_pton would have to copy.
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::string copy(text);
  if (inet_pton(AF_INET6, copy.c_str(), address.data()) == 1) return address;
  address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (inet_pton(AF_INET, copy.c_str(), address.data() + kIpv4Byte) == 1) return address;
  return std::nullopt;
}

std::string address_text(const AddressBytes& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  bool four = is_ipv4(address);
  inet_ntop(four ? AF_INET : AF_INET6, address.data() + (four ? kIpv4Byte : 0), text.data(), text.size());
  return text.data();
}

std::optional<TrustedProxies::Network> TrustedProxies::parse_network(std::string_view text) {
  auto slash = text.find('/');
  auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return Network{*address, kAddressBits};
  auto offset = is_ipv4(*address) && text.find(':') == std::string_view::npos ? kIpv4Offset : 0U;
  auto bits = parse_int(text.substr(slash + 1));
  if (!bits || *bits < 0 || *bits > kAddressBits - offset) return std::nullopt;
  return Network{*address, static_cast<unsigned>(*bits) + offset};
}

Result<TrustedProxies> TrustedProxies::parse(std::string_view list) {
  TrustedProxies proxies;
  if (trim(list).empty()) return proxies;
  for (auto part : split(list, ',')) {
    auto network = parse_network(trim(part));
    if (!network) {
      return fail(Errc::invalid, "\"{}\" is neither an address nor a network such as 10.20.0.0/16",
                  printable(trim(part)));
    }
    proxies.networks_.push_back(*network);
  }
  return proxies;
}

bool TrustedProxies::trusts(const AddressBytes& address) const {
  return std::any_of(networks_.begin(), networks_.end(), [&address](const Network& network) {
    constexpr unsigned kByte = 8;
    auto whole = network.bits / kByte;
    if (!std::equal(address.begin(), address.begin() + whole, network.address.begin())) return false;
    auto rest = network.bits % kByte;
    if (rest == 0) return true;
    auto mask = static_cast<std::uint8_t>(0xffU << (kByte - rest));
    return ((address.at(whole) ^ network.address.at(whole)) & mask) == 0;
  });
}

std::string TrustedProxies::caller(std::string_view peer, std::string_view forwarded_for) const {
  auto known = parse_address(peer);
  if (!known) return std::string(peer);
  for (std::size_t hops = 0; hops < kMaxHops && trusts(*known) && !trim(forwarded_for).empty(); ++hops) {
    auto comma = forwarded_for.rfind(',');
    auto last = comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1);
    auto address = parse_address(without_port(trim(last)));
    if (!address) break;
    known = address;
    forwarded_for = comma == std::string_view::npos ? std::string_view() : forwarded_for.substr(0, comma);
  }
  return address_text(*known);
}

}  // namespace classcast::server
