// SPDX-License-Identifier: MIT
// Receiver Report (RFC 3550 §6.4.2).
#pragma once

#include "rtc/rtcp/report_block.hpp"

namespace classcast::rtc::rtcp {

struct ReceiverReport {
  Ssrc sender;
  ReportBlocks blocks;

  static std::optional<ReceiverReport> parse(const PacketView& packet);
  void write(Writer& writer) const;
};

}  // namespace classcast::rtc::rtcp
