// SPDX-License-Identifier: MIT
// Full Intra Request (RFC 5104 §4.3.1): a keyframe command; a repeated command keeps its number.
#pragma once

#include "rtc/bounded.hpp"
#include "rtc/rtcp/packet.hpp"
#include "rtc/ssrc.hpp"

namespace classcast::rtc::rtcp {

struct Fir {
  static constexpr std::size_t kMaxEntries = 16;

  struct Entry {
    Ssrc media;
    std::uint8_t command = 0;
    bool operator==(const Entry&) const = default;
  };
  Ssrc sender;
  Bounded<Entry, kMaxEntries> entries;

  static std::optional<Fir> parse(const PacketView& packet);
  void write(Writer& writer) const;
};

}  // namespace classcast::rtc::rtcp
