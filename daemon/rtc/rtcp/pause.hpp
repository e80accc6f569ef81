// SPDX-License-Identifier: MIT
// PAUSE, RESUME, PAUSED and REFUSED (RFC 7728 §8): stops and starts one RTP stream without a renegotiation.
#pragma once

#include "rtc/bounded.hpp"
#include "rtc/rtcp/packet.hpp"
#include "rtc/ssrc.hpp"

namespace classcast::rtc::rtcp {

/// FMT of RTPFB (RFC 7728 §8).
constexpr std::uint8_t kFormatPause = 9;

struct Pause {
  /// Messages in one packet; more are ignored.
  static constexpr std::size_t kMaxEntries = 16;

  /// §8: the four types. Others are skipped.
  enum class Kind : std::uint8_t { pause = 0, resume = 1, paused = 2, refused = 3 };

  struct Entry {
    Ssrc target;
    Kind kind = Kind::pause;
    /// §8.1: the number of the pause; a new one for every pause that follows a resume.
    std::uint16_t pause_id = 0;
    /// §8.4: of PAUSED alone, the extended highest sequence number sent.
    std::uint32_t highest_seq = 0;
    bool operator==(const Entry&) const = default;
  };
  Ssrc sender;
  Bounded<Entry, kMaxEntries> entries;

  static std::optional<Pause> parse(const PacketView& packet);
  void write(Writer& writer) const;
};

}  // namespace classcast::rtc::rtcp
