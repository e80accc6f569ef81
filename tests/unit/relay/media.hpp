// SPDX-License-Identifier: MIT
// Packets and times for the relay's unit tests.
#pragma once

#include "relay/packet_cache.hpp"

#include <cstdint>
#include <vector>

namespace classcast::relay::testing {

/// A point in time `ms` after the tests' beginning.
inline Instant at_ms(std::int64_t ms) {
  return Instant(std::chrono::hours(1)) + std::chrono::milliseconds(ms);
}

/// A packet whose payload lives as long as this object.
struct OwnedPacket {
  Buffer payload;
  MediaPacket packet;

  OwnedPacket(std::int64_t seq, std::uint32_t timestamp, Instant arrival, std::size_t size = 100)
      : payload(size, static_cast<std::uint8_t>(seq)) {
    packet.seq = seq;
    packet.timestamp = timestamp;
    packet.arrival = arrival;
    packet.payload = payload;
  }
  OwnedPacket(const OwnedPacket&) = delete;
  OwnedPacket& operator=(const OwnedPacket&) = delete;
  OwnedPacket& key() {
    packet.keyframe = true;
    return *this;
  }
  OwnedPacket& marked() {
    packet.marker = true;
    return *this;
  }
};

}  // namespace classcast::relay::testing
