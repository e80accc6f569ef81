// SPDX-License-Identifier: MIT
#include "relay/reception.hpp"

#include <algorithm>
#include <cmath>

namespace classcast::relay {

namespace {

constexpr double kNanosecondsPerSecond = 1e9;

std::uint32_t rtp_units(Duration time, std::uint32_t clock_rate) {
  auto units = static_cast<double>(time.count()) * clock_rate / kNanosecondsPerSecond;
  return static_cast<std::uint32_t>(static_cast<std::int64_t>(units));
}

/// 32.32 bits fixed point.
std::uint64_t ntp_units(Duration time) {
  return static_cast<std::uint64_t>(
      std::ldexp(static_cast<double>(time.count()) / kNanosecondsPerSecond, 32));
}

}  // namespace

void Reception::on_packet(std::int64_t seq, std::uint32_t timestamp, Instant now) {
  if (!first_seq_) {
    first_seq_ = seq;
    highest_seq_ = seq;
  }
  ++received_;
  if (seq >= highest_seq_) update_jitter(timestamp, now);
  highest_seq_ = std::max(highest_seq_, seq);
}

void Reception::update_jitter(std::uint32_t timestamp, Instant now) {
  // RFC 3550 A.8: J += (|D| - J) / 16, D the difference of two packets' relative transit times.
  constexpr double kGain = 16;
  auto transit = rtp_units(now.time_since_epoch(), clock_rate_) - timestamp;
  if (transit_) {
    auto difference = std::abs(static_cast<double>(static_cast<std::int32_t>(transit - *transit_)));
    jitter_ += (difference - jitter_) / kGain;
  }
  transit_ = transit;
}

void Reception::on_sender_report(const rtc::rtcp::SenderReport& report, Instant now) {
  heard_ = Heard{report.ntp, report.rtp_time, now};
}

std::optional<rtc::rtcp::ReportBlock> Reception::report(rtc::Ssrc ssrc, Instant now) {
  constexpr std::int64_t kMaxLost = 0x7fffff;  // 24 bits, signed
  constexpr std::int64_t kFraction = 256;
  if (!first_seq_) return std::nullopt;
  auto expected = highest_seq_ - *first_seq_ + 1;
  auto expected_now = expected - expected_before_;
  auto lost_now = expected_now - (received_ - received_before_);
  expected_before_ = expected;
  received_before_ = received_;
  rtc::rtcp::ReportBlock block;
  block.ssrc = ssrc;
  if (expected_now > 0 && lost_now > 0) {
    block.fraction_lost =
        static_cast<std::uint8_t>(std::min(lost_now * kFraction / expected_now, kFraction - 1));
  }
  block.cumulative_lost =
      static_cast<std::int32_t>(std::clamp(expected - received_, -kMaxLost - 1, kMaxLost));
  block.highest_seq = static_cast<std::uint32_t>(highest_seq_);
  block.jitter = static_cast<std::uint32_t>(jitter_);
  if (heard_) {
    block.last_sr = static_cast<std::uint32_t>(heard_->ntp >> 16);
    block.delay_since_last_sr = static_cast<std::uint32_t>(ntp_units(now - heard_->at) >> 16);
  }
  return block;
}

std::optional<Reception::ClockPoint> Reception::clock_point(Instant now) const {
  if (!heard_) return std::nullopt;
  auto passed = now - heard_->at;
  return ClockPoint{heard_->ntp + ntp_units(passed), heard_->rtp_time + rtp_units(passed, clock_rate_)};
}

}  // namespace classcast::relay
