// SPDX-License-Identifier: MIT
// Goodbye (RFC 3550 §6.6). The optional reason is skipped.
#pragma once

#include "rtc/bounded.hpp"
#include "rtc/rtcp/packet.hpp"
#include "rtc/ssrc.hpp"

namespace classcast::rtc::rtcp {

struct Bye {
  static constexpr std::size_t kMaxSources = 31;
  Bounded<Ssrc, kMaxSources> sources;

  static std::optional<Bye> parse(const PacketView& packet);
  void write(Writer& writer) const;
};

}  // namespace classcast::rtc::rtcp
