// SPDX-License-Identifier: MIT
// LocalAddresses: at which addresses peers can reach the media port, asked anew for every session.
#pragma once

#include "rtc/address.hpp"
#include "rtc/sdp.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace classcast::relay {

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
  rtc::Address bound;                  ///< the media socket's own address
  std::vector<rtc::Address> announce;  ///< further addresses, e.g. the public one of a router
  std::vector<std::string> skip_interfaces;
};

/// Whether the request came from this machine; then it can be served over loopback.
enum class Requester { remote, local };

/// Our candidates, best first.
std::vector<rtc::Candidate> candidates(const CandidateOptions& options,
                                       const std::vector<InterfaceAddress>& interfaces, Requester requester);

}  // namespace classcast::relay
