// SPDX-License-Identifier: MIT
// Picture Loss Indication (RFC 4585 §6.3.1): please send a keyframe.
#pragma once

#include "rtc/rtcp/packet.hpp"
#include "rtc/ssrc.hpp"

namespace classcast::rtc::rtcp {

struct Pli {
  Ssrc sender;
  Ssrc media;

  static std::optional<Pli> parse(const PacketView& packet);
  void write(Writer& writer) const;
};

}  // namespace classcast::rtc::rtcp
