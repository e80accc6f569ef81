// SPDX-License-Identifier: MIT
// Reception: what a receiver report says about one incoming stream (RFC 3550 §6.4.1, A.3 and A.8).
#pragma once

#include "base/clock.hpp"
#include "rtc/rtcp/report_block.hpp"
#include "rtc/rtcp/sender_report.hpp"

#include <cstdint>
#include <optional>

namespace classcast::relay {

class Reception {
 public:
  explicit Reception(std::uint32_t clock_rate) : clock_rate_(clock_rate) {}

  /// `seq` is extended.
  void on_packet(std::int64_t seq, std::uint32_t timestamp, Instant now);
  void on_sender_report(const rtc::rtcp::SenderReport& report, Instant now);
  /// The block to report now; begins a new interval for the fraction lost. nullopt before the first packet.
  std::optional<rtc::rtcp::ReportBlock> report(rtc::Ssrc ssrc, Instant now);

  /// The publisher's NTP clock and the RTP timestamp that belongs to it, carried forward to `now`.
  struct ClockPoint {
    std::uint64_t ntp = 0;  ///< 32.32 bits fixed point
    std::uint32_t rtp_time = 0;
  };
  [[nodiscard]] std::optional<ClockPoint> clock_point(Instant now) const;

 private:
  struct Heard {
    std::uint64_t ntp;
    std::uint32_t rtp_time;
    Instant at;
  };
  void update_jitter(std::uint32_t timestamp, Instant now);

  std::uint32_t clock_rate_;
  std::optional<std::int64_t> first_seq_;
  std::int64_t highest_seq_ = 0;
  std::int64_t received_ = 0;
  std::int64_t expected_before_ = 0;
  std::int64_t received_before_ = 0;
  std::optional<std::uint32_t> transit_;
  double jitter_ = 0;
  std::optional<Heard> heard_;
};

}  // namespace classcast::relay
