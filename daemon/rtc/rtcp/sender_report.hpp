// SPDX-License-Identifier: MIT
// Sender Report (RFC 3550 §6.4.1).
#pragma once

#include "rtc/rtcp/report_block.hpp"

namespace classcast::rtc::rtcp {

struct SenderReport {
  Ssrc sender;
  /// NTP time, 32.32 bits fixed point.
  std::uint64_t ntp = 0;
  std::uint32_t rtp_time = 0;
  std::uint32_t packets = 0;
  std::uint32_t octets = 0;
  ReportBlocks blocks;

  static std::optional<SenderReport> parse(const PacketView& packet);
  void write(Writer& writer) const;
  /// What receivers echo as `last_sr`.
  [[nodiscard]] std::uint32_t ntp_middle() const { return static_cast<std::uint32_t>(ntp >> 16); }
};

}  // namespace classcast::rtc::rtcp
