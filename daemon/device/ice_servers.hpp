// SPDX-License-Identifier: MIT
// The TURN servers that an answer to a WHIP request names (RFC 9725 §4.6).
#pragma once

#include "pipelines/signalling.hpp"

#include <string_view>
#include <vector>

namespace classcast::device {

/// No more are taken from an answer; libnice has room for eight.
inline constexpr std::size_t kMaxIceServers = 8;

/// Those among the links of a Link header (RFC 8288 §3). A STUN server is left out: the relay sees for itself
/// from where our packets come.
std::vector<pipelines::IceServer> ice_servers(std::string_view link);

}  // namespace classcast::device
