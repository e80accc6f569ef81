// SPDX-License-Identifier: MIT
// DelayTrend: whether a queue is growing on the way to a receiver, from the times at which packets left and
// came (after draft-ietf-rmcat-gcc-02 §5).
#pragma once

#include "base/clock.hpp"
#include "rtc/bounded.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace classcast::rtc {

/// What the path does with what it is given.
enum class PathUse : std::uint8_t { under, normal, over };

/// Packets that left together are one group (§5.2). Of neighbouring groups, the difference between the
/// spacing on arrival and the spacing at departure says how much the queue grew. Where the draft tracks it by
/// a Kalman filter, the slope of a straight line through the accumulated, smoothed delay of the last groups
/// is taken: it answers the same question, and needs no model of the noise. The slope is compared with a
/// threshold that follows it slowly (§5.4), so that a path with much jitter is not called congested for ever.
class DelayTrend {
 public:
  static constexpr Duration kGroupTime = 5ms;
  static constexpr std::size_t kWindow = 20;
  /// The slope has to be too steep for this long (§5.5).
  static constexpr Duration kOveruseTime = 10ms;

  /// In the order of departure; `arrival` by the receiver's clock.
  void on_packet(Instant sent, Duration arrival);
  [[nodiscard]] PathUse use() const { return use_; }

 private:
  struct Group {
    Instant first_sent{};
    Instant last_sent{};
    Duration last_arrival{};
  };
  struct Point {
    double at_ms = 0;
    double delay_ms = 0;
  };
  [[nodiscard]] bool belongs(Instant sent, Duration arrival) const;
  void compare(const Group& before, const Group& group);
  [[nodiscard]] double slope() const;
  void judge(double trend, double between_ms, double at_ms);
  void adapt(double trend, double at_ms);

  std::optional<Group> group_;
  std::optional<Group> before_;
  std::array<Point, kWindow> points_{};
  std::size_t count_ = 0;
  double accumulated_ms_ = 0;
  double smoothed_ms_ = 0;
  double threshold_ms_ = 12.5;
  double over_for_ms_ = 0;
  double last_trend_ = 0;
  std::optional<double> adapted_at_ms_;
  PathUse use_ = PathUse::normal;
};

}  // namespace classcast::rtc
