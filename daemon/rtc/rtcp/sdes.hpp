// SPDX-License-Identifier: MIT
// Source Description (RFC 3550 §6.5): of its items we keep and send the CNAME, which alone is mandatory.
#pragma once

#include "rtc/bounded.hpp"
#include "rtc/rtcp/packet.hpp"
#include "rtc/ssrc.hpp"

#include <string_view>

namespace classcast::rtc::rtcp {

struct Sdes {
  static constexpr std::size_t kMaxChunks = 31;
  static constexpr std::size_t kMaxText = 255;

  struct Chunk {
    Ssrc ssrc;
    /// Points into the packet it was parsed from; empty when the chunk has none.
    std::string_view cname;
  };
  Bounded<Chunk, kMaxChunks> chunks;

  static std::optional<Sdes> parse(const PacketView& packet);
  void write(Writer& writer) const;
};

}  // namespace classcast::rtc::rtcp
