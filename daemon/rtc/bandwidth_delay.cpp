// SPDX-License-Identifier: MIT
#include "rtc/bandwidth_delay.hpp"

#include <algorithm>
#include <cmath>

namespace classcast::rtc {

namespace {

double ms(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

// The slope is scaled to milliseconds, so that it can be compared with the threshold of the draft.
constexpr double kTrendGain = 4;
constexpr double kMaxGroups = 60;
constexpr double kSmoothing = 0.9;

// draft-ietf-rmcat-gcc-02 §5.4: the threshold rises fast enough to let other flows live and falls slowly.
constexpr double kThresholdUp = 0.0087;
constexpr double kThresholdDown = 0.039;
constexpr double kMinThreshold_ms = 6;
constexpr double kMaxThreshold_ms = 600;
/// A jump this far above the threshold is an accident that says nothing of the path's nature.
constexpr double kOutlier_ms = 15;
constexpr double kMaxAdaptTime_ms = 100;

}  // namespace

bool DelayTrend::belongs(Instant sent, Duration arrival) const {
  if (sent - group_->first_sent <= kGroupTime) return true;
  // §5.2: what piled up on the way and came in one burst is one group as well.
  auto spacing = arrival - group_->last_arrival;
  return spacing <= kGroupTime && spacing < sent - group_->last_sent;
}

void DelayTrend::on_packet(Instant sent, Duration arrival) {
  if (!group_) {
    group_ = Group{sent, sent, arrival};
    return;
  }
  if (sent < group_->first_sent) return;  // overtaken on the way
  if (belongs(sent, arrival)) {
    group_->last_sent = std::max(group_->last_sent, sent);
    group_->last_arrival = std::max(group_->last_arrival, arrival);
    return;
  }
  if (before_) compare(*before_, *group_);
  before_ = group_;
  group_ = Group{sent, sent, arrival};
}

void DelayTrend::compare(const Group& before, const Group& group) {
  auto between = ms(group.last_sent - before.last_sent);
  auto growth = ms(group.last_arrival - before.last_arrival) - between;
  accumulated_ms_ += growth;
  smoothed_ms_ = kSmoothing * smoothed_ms_ + (1 - kSmoothing) * accumulated_ms_;
  auto at = ms(group.last_arrival);
  points_[count_ % kWindow] = {at, smoothed_ms_};
  ++count_;
  if (count_ < kWindow) return;
  auto trend = slope() * std::min(static_cast<double>(count_), kMaxGroups) * kTrendGain;
  judge(trend, between, at);
}

/// Least squares.
double DelayTrend::slope() const {
  double mean_at = 0;
  double mean_delay = 0;
  for (const auto& point : points_) {
    mean_at += point.at_ms / kWindow;
    mean_delay += point.delay_ms / kWindow;
  }
  double above = 0;
  double below = 0;
  for (const auto& point : points_) {
    above += (point.at_ms - mean_at) * (point.delay_ms - mean_delay);
    below += (point.at_ms - mean_at) * (point.at_ms - mean_at);
  }
  return below == 0 ? 0 : above / below;
}

void DelayTrend::judge(double trend, double between_ms, double at_ms) {
  if (trend > threshold_ms_) {
    over_for_ms_ += between_ms;
    if (over_for_ms_ > ms(kOveruseTime) && trend >= last_trend_) use_ = PathUse::over;
  } else {
    over_for_ms_ = 0;
    use_ = trend < -threshold_ms_ ? PathUse::under : PathUse::normal;
  }
  last_trend_ = trend;
  adapt(trend, at_ms);
}

void DelayTrend::adapt(double trend, double at_ms) {
  auto passed = adapted_at_ms_ ? std::clamp(at_ms - *adapted_at_ms_, 0.0, kMaxAdaptTime_ms) : 0;
  adapted_at_ms_ = at_ms;
  auto size = std::abs(trend);
  if (size > threshold_ms_ + kOutlier_ms) return;
  auto gain = size < threshold_ms_ ? kThresholdDown : kThresholdUp;
  threshold_ms_ =
      std::clamp(threshold_ms_ + gain * (size - threshold_ms_) * passed, kMinThreshold_ms, kMaxThreshold_ms);
}

}  // namespace classcast::rtc
