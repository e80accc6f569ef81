// SPDX-License-Identifier: MIT
#include "relay/local_addresses.hpp"

#include "base/strings.hpp"
#include "relay/socket_address.hpp"

#include <ifaddrs.h>
#include <net/if.h>

#include <algorithm>
#include <array>
#include <memory>

namespace classcast::relay {

namespace {

struct FreeList {
  void operator()(ifaddrs* list) const { freeifaddrs(list); }
};

bool all_zero(const rtc::Address& address) {
  auto octets = address.octets();
  return std::all_of(octets.begin(), octets.end(), [](auto octet) { return octet == 0; });
}

/// RFC 4291 §2.5.6: useless without a zone, which a candidate cannot carry.
bool is_link_local_v6(const rtc::Address& address) {
  auto octets = address.octets();
  return address.family() == rtc::Address::Family::v6 && octets[0] == 0xfe && (octets[1] & 0xc0U) == 0x80;
}

rtc::Address with_port(const rtc::Address& address, std::uint16_t port) {
  return rtc::Address::parse(address.ip_text(), port).value_or(address);
}

bool in_networks(const rtc::Address& address, const std::vector<Network>& networks) {
  return networks.empty() || std::any_of(networks.begin(), networks.end(),
                                         [&](const auto& network) { return network.contains(address); });
}

bool usable(const InterfaceAddress& entry, const CandidateOptions& options, Requester requester) {
  const auto& skip = options.skip_interfaces;
  bool heard = options.bound.family() == rtc::Address::Family::v6 ||
               entry.address.family() == rtc::Address::Family::v4;
  if (!heard) return false;
  if (entry.loopback) return requester == Requester::local;
  if (is_link_local_v6(entry.address) || is_container_interface(entry.interface)) return false;
  if (std::find(skip.begin(), skip.end(), entry.interface) != skip.end()) return false;
  return in_networks(entry.address, options.offer_networks);
}

std::vector<rtc::Address> reachable_at(const CandidateOptions& options,
                                       const std::vector<InterfaceAddress>& interfaces, Requester requester) {
  std::vector<rtc::Address> addresses;
  if (!all_zero(options.bound)) addresses.push_back(options.bound);
  for (const auto& entry : interfaces) {
    if (all_zero(options.bound) && usable(entry, options, requester)) {
      addresses.push_back(with_port(entry.address, options.bound.port()));
    }
  }
  addresses.insert(addresses.end(), options.announce.begin(), options.announce.end());
  return addresses;
}

}  // namespace

std::optional<Network> Network::parse(std::string_view text) {
  constexpr unsigned kBitsPerOctet = 8;
  auto slash = text.find('/');
  auto address = rtc::Address::parse(text.substr(0, slash), 0);
  if (!address) return std::nullopt;
  auto longest = static_cast<std::int64_t>(address->octets().size() * kBitsPerOctet);
  auto prefix = slash == std::string_view::npos ? std::optional(longest) : parse_int(text.substr(slash + 1));
  if (!prefix || *prefix < 0 || *prefix > longest) return std::nullopt;
  return Network{*address, static_cast<unsigned>(*prefix)};
}

bool Network::contains(const rtc::Address& other) const {
  if (other.family() != address.family()) return false;
  auto bit = [](Bytes octets, unsigned i) { return (octets[i / 8] >> (7 - i % 8)) & 1; };
  for (unsigned i = 0; i < prefix; ++i) {
    if (bit(address.octets(), i) != bit(other.octets(), i)) return false;
  }
  return true;
}

std::vector<InterfaceAddress> interface_addresses() {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return {};
  std::unique_ptr<ifaddrs, FreeList> owner(list);
  std::vector<InterfaceAddress> found;
  for (const auto* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || (entry->ifa_flags & IFF_UP) == 0) continue;
    if (auto address = from_sockaddr(*entry->ifa_addr)) {
      found.push_back({entry->ifa_name, with_port(*address, 0), (entry->ifa_flags & IFF_LOOPBACK) != 0});
    }
  }
  return found;
}

bool is_container_interface(std::string_view name) {
  constexpr std::array<std::string_view, 9> kPrefixes = {"docker", "br-",     "veth", "virbr", "cni",
                                                         "podman", "flannel", "cali", "lxc"};
  return std::any_of(kPrefixes.begin(), kPrefixes.end(),
                     [name](auto prefix) { return name.substr(0, prefix.size()) == prefix; });
}

std::vector<rtc::Candidate> candidates(const CandidateOptions& options,
                                       const std::vector<InterfaceAddress>& interfaces, Requester requester) {
  constexpr std::uint16_t kHighestPreference = 65535;
  // RFC 6544 §4.2: 2^13 direction preference, 4 for a passive host candidate, + another one below 2^13.
  constexpr std::uint16_t kHighestTcpPreference = (4 << 13) + 8191;
  std::vector<rtc::Candidate> result;
  auto preference = kHighestPreference;
  auto tcp_preference = kHighestTcpPreference;
  auto addresses = reachable_at(options, interfaces, requester);
  result.reserve(2 * addresses.size());
  for (const auto& address : addresses) {
    result.push_back(rtc::Candidate::host_candidate(address, rtc::Transport::udp, preference--));
  }
  for (const auto& address : addresses) {
    if (options.tcp_port == 0) break;
    result.push_back(rtc::Candidate::host_candidate(with_port(address, options.tcp_port), rtc::Transport::tcp,
                                                    tcp_preference--));
  }
  return result;
}

}  // namespace classcast::relay
