// SPDX-License-Identifier: MIT
// Bandwidth: how much a remote peer's path carries, from its transport-wide feedback, its loss reports and
// its own estimate (draft-ietf-rmcat-gcc-02, in our own words in README.md). Without I/O or clock.
#pragma once

#include "base/clock.hpp"
#include "rtc/bandwidth_delay.hpp"
#include "rtc/rtcp/transport_cc.hpp"
#include "rtc/seq.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace classcast::rtc {

/// What has reached the receiver within the last half second, by its own clock.
class Throughput {
 public:
  static constexpr Duration kBucket = 50ms;
  static constexpr std::size_t kBuckets = 10;

  void on_arrival(Duration arrival, std::size_t bytes);
  /// nullopt until the window is filled.
  [[nodiscard]] std::optional<std::uint64_t> bps() const;

 private:
  std::array<std::uint64_t, kBuckets> bytes_{};
  std::optional<std::int64_t> first_;
  std::int64_t newest_ = 0;
};

class Bandwidth {
 public:
  /// Packets that feedback may still speak of; a power of two.
  static constexpr std::size_t kHistory = 2048;
  static constexpr std::uint64_t kMin_bps = 50'000;
  static constexpr std::uint64_t kMax_bps = 100'000'000;
  /// Feedback, reports and estimates of the remote older than this say nothing any more.
  static constexpr Duration kStale = 5s;
  /// A probe: packets sent faster than the stream, to find out whether the path carries more.
  static constexpr std::size_t kMinProbePackets = 5;

  /// Numbers an outgoing packet, all of a probe with the same `probe` (0: none). `bytes` as on the wire.
  std::uint16_t on_sent(std::size_t bytes, Instant now, std::uint8_t probe = 0);
  void on_feedback(const rtcp::TransportCc& feedback, Instant now);
  /// The fraction lost of a receiver report, in 1/256. Counts only where there is no transport-wide feedback.
  void on_report(std::uint8_t fraction_lost, Instant now);
  /// The receiver's own estimate (REMB).
  void on_remb(std::uint64_t bps, Instant now);

  /// nullopt while nothing is known. Without transport-wide feedback this never says more than what was
  /// sent: it tells of congestion, not of room.
  [[nodiscard]] std::optional<std::uint64_t> estimate_bps(Instant now) const;
  /// Whether feedback comes, by which a probe can be judged.
  [[nodiscard]] bool can_probe(Instant now) const;
  [[nodiscard]] PathUse use() const { return delay_.use(); }
  [[nodiscard]] std::uint64_t probes() const { return probes_; }

 private:
  /// Thousands of these belong to each viewer, and each packet touches one: they are as small as can be.
  struct Sent {
    std::uint32_t seq = 0;    ///< the lower half; 0: nothing was sent
    std::uint32_t at_us = 0;  ///< wraps after 71 minutes
    std::uint16_t bytes = 0;
    std::uint8_t probe = 0;
    bool reported : 1 = false;
    bool missed : 1 = false;  ///< an earlier feedback went past it
  };
  struct Probe {
    std::uint8_t id = 0;
    bool counted = false;
    std::size_t packets = 0;
    std::uint64_t bytes_behind_first = 0;
    std::uint64_t bytes_before_last = 0;
    std::uint64_t bytes = 0;
    std::uint16_t last_size = 0;
    Instant first_sent{}, last_sent{};
    Duration first_arrival{}, last_arrival{};
  };
  [[nodiscard]] std::optional<std::int64_t> whole_seq(std::uint16_t seq) const;
  Sent* find(std::int64_t seq);
  void take_arrival(const Sent& sent, Instant left, Duration arrival);
  void take_probe(const Sent& sent, Instant left, Duration arrival);
  void judge_probe();
  void judge_loss(Instant now);
  void control(Instant now);
  void increase(std::uint64_t acked, Instant now);
  void decrease(std::uint64_t acked, Instant now);
  void limit_by_loss(double loss);
  [[nodiscard]] bool fresh(const std::optional<Instant>& at, Instant now) const {
    return at && now - *at < kStale;
  }

  std::vector<Sent> history_;
  std::int64_t next_seq_ = 1;
  std::int64_t highest_reported_ = 0;
  Unwrapper<std::uint32_t> reference_;
  DelayTrend delay_;
  Throughput acked_;
  Throughput sent_;  // by our clock: what is sent at present
  Probe probe_;
  std::uint64_t probes_ = 0;

  std::optional<double> delay_bps_;
  std::optional<double> loss_bps_;
  double capacity_bps_ = 0;  // at the last decrease; 0: not known
  std::optional<Instant> decreased_at_;
  std::optional<Instant> controlled_at_;
  std::optional<Instant> feedback_at_;
  std::optional<Instant> report_at_;
  std::optional<Instant> remb_at_;
  std::uint64_t remb_bps_ = 0;
  std::size_t window_lost_ = 0;
  std::size_t window_received_ = 0;
  std::optional<Instant> window_at_;
};

}  // namespace classcast::rtc
