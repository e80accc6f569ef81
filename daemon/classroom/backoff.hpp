// SPDX-License-Identifier: MIT
// Backoff: how long to wait before the next attempt; doubles up to a limit and is spread by chance, so that a
// school's computers do not return all in the same moment.
#pragma once

#include "base/clock.hpp"

#include <algorithm>

namespace classcast::classroom {

struct Backoff {
  Duration first;
  Duration most;

  /// `failures` in a row, 1 for the first; `chance` from 0 to 1. The result is 80 to 120 % of the doubled
  /// time.
  [[nodiscard]] Duration delay(unsigned failures, double chance) const {
    constexpr unsigned kMaxDoublings = 16;
    auto doublings = std::min(failures > 0 ? failures - 1 : 0, kMaxDoublings);
    auto base = std::min<Duration>(first * (1 << doublings), most);
    return std::chrono::duration_cast<Duration>(base * (0.8 + 0.4 * chance));
  }
};

/// A chance from 0 to 1 for delay().
double random_chance();

}  // namespace classcast::classroom
