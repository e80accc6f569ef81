// SPDX-License-Identifier: MIT
// The report block of sender and receiver reports (RFC 3550 §6.4.1).
#pragma once

#include "rtc/bounded.hpp"
#include "rtc/rtcp/packet.hpp"
#include "rtc/ssrc.hpp"

namespace classcast::rtc::rtcp {

struct ReportBlock {
  Ssrc ssrc;
  /// In 1/256 of the packets since the last report.
  std::uint8_t fraction_lost = 0;
  /// 24 bits signed on the wire; negative with duplicates.
  std::int32_t cumulative_lost = 0;
  std::uint32_t highest_seq = 0;
  /// In timestamp units.
  std::uint32_t jitter = 0;
  /// Middle 32 bits of the NTP time of the last sender report, 0 when there was none.
  std::uint32_t last_sr = 0;
  /// In 1/65536 s.
  std::uint32_t delay_since_last_sr = 0;

  static std::optional<ReportBlock> parse(Reader& reader);
  void write(Writer& writer) const;
  bool operator==(const ReportBlock&) const = default;
};

/// The count field has five bits.
constexpr std::size_t kMaxReportBlocks = 31;
using ReportBlocks = Bounded<ReportBlock, kMaxReportBlocks>;

/// Reads `count` blocks; nullopt when they do not fit.
std::optional<ReportBlocks> parse_report_blocks(Reader& reader, std::uint8_t count);

}  // namespace classcast::rtc::rtcp
