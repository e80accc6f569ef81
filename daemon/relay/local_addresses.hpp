// SPDX-License-Identifier: MIT
// LocalAddresses: at which addresses peers can reach the media port, asked anew for every session.
#pragma once

#include "rtc/address.hpp"
#include "rtc/sdp.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace classcast::relay {

/// An IP network such as 10.0.0.0/8 or fd00::/8.
struct Network {
  rtc::Address address;
  unsigned prefix = 0;

  /// With or without "/<prefix>"; without it is one address.
  static std::optional<Network> parse(std::string_view text);
  [[nodiscard]] bool contains(const rtc::Address& other) const;
  bool operator==(const Network&) const = default;
};

/// An address of a live network interface.
struct InterfaceAddress {
  std::string interface;
  rtc::Address address;  ///< port 0
  bool loopback = false;
};

/// From the kernel (getifaddrs(3)); interfaces that are down are left out.
std::vector<InterfaceAddress> interface_addresses();

/// Bridges of container engines and virtual machines, at which no camera or browser is.
bool is_container_interface(std::string_view name);

struct CandidateOptions {
  rtc::Address bound;                       ///< the media socket's own address
  std::vector<rtc::Address> announce = {};  ///< further addresses, e.g. the public one of a router
  std::vector<std::string> skip_interfaces = {};
  std::vector<Network> offer_networks = {};  ///< only addresses in these are offered; empty: all
  std::uint16_t tcp_port = 0;                ///< of ICE-TCP; 0: it is off
};

/// Whether the request came from this machine; then it can be served over loopback.
enum class Requester { remote, local };

/// Our candidates, best first.
std::vector<rtc::Candidate> candidates(const CandidateOptions& options,
                                       const std::vector<InterfaceAddress>& interfaces, Requester requester);

}  // namespace classcast::relay
