// SPDX-License-Identifier: MIT
// Transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).
#pragma once

#include "base/clock.hpp"
#include "rtc/bounded.hpp"
#include "rtc/rtcp/packet.hpp"
#include "rtc/ssrc.hpp"

namespace classcast::rtc::rtcp {

struct TransportCc {
  /// Packets that one feedback may speak of; a longer one is refused.
  static constexpr std::size_t kMaxPackets = 512;
  /// Unit of the receive deltas, and of the reference time (24 bits).
  static constexpr auto kDeltaUnit = std::chrono::microseconds(250);
  static constexpr auto kReferenceUnit = std::chrono::milliseconds(64);

  struct Arrival {
    bool received = false;
    /// Since the previous received packet (the first: since the reference time), in kDeltaUnit.
    std::int16_t delta = 0;
    bool operator==(const Arrival&) const = default;
  };
  Ssrc sender;
  Ssrc media;
  std::uint16_t base_seq = 0;
  /// In kReferenceUnit.
  std::uint32_t reference_time = 0;
  std::uint8_t feedback_count = 0;
  /// arrivals[i] is of packet base_seq + i.
  Bounded<Arrival, kMaxPackets> arrivals;

  static std::optional<TransportCc> parse(const PacketView& packet);
  void write(Writer& writer) const;
};

}  // namespace classcast::rtc::rtcp
