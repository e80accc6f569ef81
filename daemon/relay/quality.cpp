// SPDX-License-Identifier: MIT
#include "relay/quality.hpp"

#include <algorithm>
#include <array>

namespace classcast::relay {

namespace {

/// What is still excellent and still good. Retransmission hides loss up to some percent; a round trip above
/// 400 ms makes a conversation difficult (ITU-T G.114 draws the line at 150 and 400 ms).
struct Bounds {
  double loss;
  Duration jitter;
  Duration round_trip;
};
constexpr Bounds kExcellent{0.01, 30ms, 150ms};
constexpr Bounds kGood{0.05, 100ms, 400ms};

bool within(const QualitySample& sample, const Bounds& bounds) {
  return sample.loss <= bounds.loss && sample.jitter <= bounds.jitter &&
         sample.round_trip.value_or(0ms) <= bounds.round_trip;
}

Quality judge(const QualitySample& sample) {
  if (within(sample, kExcellent)) return Quality::excellent;
  return within(sample, kGood) ? Quality::good : Quality::poor;
}

}  // namespace

std::string_view quality_text(Quality quality) {
  constexpr std::array<std::string_view, kQualities> kTexts = {"excellent", "good", "poor", "lost"};
  return kTexts[static_cast<std::size_t>(quality)];
}

void QualityMeter::on_sample(const QualitySample& sample, Instant now) {
  heard_at_ = now;
  auto seen = judge(sample);
  worse_ = seen > quality_ ? worse_ + 1 : 0;
  better_ = seen < quality_ ? better_ + 1 : 0;
  if (worse_ < kWorseAfter && better_ < kBetterAfter) return;
  quality_ = seen;
  worse_ = better_ = 0;
}

}  // namespace classcast::relay
