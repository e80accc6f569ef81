// SPDX-License-Identifier: MIT
// Pacer: how much of a burst may leave now, so that no queue on the way to a viewer overflows.
#pragma once

#include "base/clock.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace classcast::relay {

/// A bucket of octets that fills at a rate. Only what is sent out of the cache (a group of pictures, a probe)
/// waits for it: live packets were paced by their publisher, and audio never waits.
class Pacer {
 public:
  /// Of a viewer about whom nothing is known yet.
  static constexpr std::uint64_t kUnknown_bps = 30'000'000;
  /// What may leave at once: a good part of a keyframe.
  static constexpr double kDepth_bytes = 24.0 * 1200;
  /// Often enough to look smooth, seldom enough to cost little.
  static constexpr Duration kInterval = 2ms;

  void set_rate(std::uint64_t bps) { bytes_per_second_ = static_cast<double>(bps) / 8; }
  /// Whether a packet may leave at `now`.
  bool may_send(Instant now) {
    refill(now);
    return level_ > 0;
  }
  /// May overdraw: what was sent in one piece is paid for afterwards.
  void spend(std::size_t bytes) { level_ -= static_cast<double>(bytes); }

 private:
  void refill(Instant now) {
    auto passed = std::chrono::duration<double>(now - filled_at_).count();
    filled_at_ = now;
    level_ = std::min(level_ + passed * bytes_per_second_, kDepth_bytes);
  }

  double bytes_per_second_ = static_cast<double>(kUnknown_bps) / 8;
  double level_ = kDepth_bytes;
  Instant filled_at_{};
};

}  // namespace classcast::relay
