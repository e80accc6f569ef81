// SPDX-License-Identifier: MIT
// TURN and STUN servers that clients are told of (RFC 9725 §4.6), with credentials that expire by themselves.
#pragma once

#include "base/clock.hpp"
#include "base/secret.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace classcast::relay {

struct TurnOptions {
  std::vector<std::string> uris;  ///< RFC 7064, RFC 7065
  Secret secret;                  ///< shared with the TURN server: static-auth-secret of coturn
  Duration lifetime = std::chrono::hours(12);
};

/// stun:, stuns:, turn: or turns: and nothing that could end a Link header's target.
bool is_ice_server_uri(std::string_view uri);
/// Whether it takes credentials.
bool is_turn_uri(std::string_view uri);

/// Values of Link headers, one a server. `user` is told to the TURN server, for its log.
std::vector<std::string> ice_server_links(const TurnOptions& options, std::string_view user,
                                          std::int64_t now_s);

}  // namespace classcast::relay
