// SPDX-License-Identifier: MIT
// Receiver Estimated Maximum Bitrate (draft-alvestrand-rmcat-remb-03 §2.2).
#pragma once

#include "rtc/bounded.hpp"
#include "rtc/rtcp/packet.hpp"
#include "rtc/ssrc.hpp"

namespace classcast::rtc::rtcp {

struct Remb {
  static constexpr std::size_t kMaxSources = 32;
  Ssrc sender;
  std::uint64_t bitrate_bps = 0;
  Bounded<Ssrc, kMaxSources> sources;

  static std::optional<Remb> parse(const PacketView& packet);
  void write(Writer& writer) const;
};

}  // namespace classcast::rtc::rtcp
