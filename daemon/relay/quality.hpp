// SPDX-License-Identifier: MIT
// Quality: how well a peer's media arrives, in one word for people.
#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace classcast::relay {

enum class Quality : std::uint8_t { excellent, good, poor, lost };
inline constexpr std::size_t kQualities = 4;
std::string_view quality_text(Quality quality);

/// What one report says.
struct QualitySample {
  double loss = 0;  ///< 0 to 1
  Duration jitter{};
  std::optional<Duration> round_trip;
};

/// Worse after two reports in a row that say so, better after five: a word that flickers tells nothing.
class QualityMeter {
 public:
  static constexpr int kWorseAfter = 2;
  static constexpr int kBetterAfter = 5;
  /// Without a report for so long after the last a peer is lost.
  static constexpr Duration kSilence = 5s;

  void on_sample(const QualitySample& sample, Instant now);
  [[nodiscard]] Quality quality(Instant now) const {
    return heard_at_ && now - *heard_at_ >= kSilence ? Quality::lost : quality_;
  }

 private:
  std::optional<Instant> heard_at_;
  Quality quality_ = Quality::good;
  int worse_ = 0;
  int better_ = 0;
};

}  // namespace classcast::relay
