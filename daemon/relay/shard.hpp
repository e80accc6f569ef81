// SPDX-License-Identifier: MIT
// Shard: the part of the relay that one media thread owns. Its number stands in front of every ICE ufrag that
// it hands out, so that whichever thread gets a STUN check knows whose it is, without a table.
#pragma once

#include "base/bytes.hpp"
#include "rtc/demux.hpp"
#include "rtc/ice_credentials.hpp"
#include "rtc/stun.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

namespace classcast::relay {

/// Sessions and rooms of all shards together, for the limits.
struct Census {
  std::atomic<std::size_t> sessions = 0;
  std::atomic<std::size_t> rooms = 0;
};

struct Shard {
  /// As many as characters of the alphabet below.
  static constexpr std::size_t kMax = 26;

  std::size_t index = 0;
  std::shared_ptr<Census> census = std::make_shared<Census>();

  /// RFC 8839 §5.4: a ufrag is made of ALPHA, DIGIT, "+" and "/".
  [[nodiscard]] rtc::IceCredentials credentials() const {
    auto credentials = rtc::IceCredentials::random();
    credentials.ufrag.insert(credentials.ufrag.begin(), static_cast<char>('A' + index));
    return credentials;
  }
  static std::optional<std::size_t> of_ufrag(std::string_view ufrag) {
    if (ufrag.empty() || ufrag.front() < 'A' || ufrag.front() > 'Z') return std::nullopt;
    return static_cast<std::size_t>(ufrag.front() - 'A');
  }
  /// Whose a STUN check is, by the ufrag it names; nullopt for all else.
  static std::optional<std::size_t> of_check(Bytes datagram) {
    if (rtc::classify(datagram) != rtc::DatagramKind::stun) return std::nullopt;
    auto ufrag = rtc::stun_local_ufrag(datagram);
    return ufrag ? of_ufrag(*ufrag) : std::nullopt;
  }
};

}  // namespace classcast::relay
