// SPDX-License-Identifier: MIT
// What relay.conf says, read and checked once.
#pragma once

#include "base/result.hpp"
#include "relay/access.hpp"
#include "relay/local_addresses.hpp"
#include "relay/media_threads.hpp"
#include "relay/sessions.hpp"
#include "relay/whip_whep.hpp"
#include "rtc/address.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace classcast::relay {

struct Settings {
  rtc::Address http_listen;
  EndpointOptions endpoints;
  MediaOptions media;
  std::optional<rtc::Address> tcp_listen;  ///< of ICE-TCP; without: it is off
  bool tcp_required = false;               ///< its address was chosen by hand
  std::vector<rtc::Address> announce;      ///< port 0: the media port
  std::vector<std::string> skip_interfaces;
  std::vector<Network> offer_networks;  ///< empty: all
  AccessOptions access;
  SessionLimits limits;
};

/// Errc::invalid names file, line, section and key.
Result<Settings> load_settings(const std::filesystem::path& file);

}  // namespace classcast::relay
