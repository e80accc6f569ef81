// SPDX-License-Identifier: MIT
// LowWatch: whether a measurement has been too low for a while, with hysteresis, so that it does not flicker.
#pragma once

#include "base/clock.hpp"

#include <optional>

namespace classcast::classroom {

class LowWatch {
 public:
  struct Limits {
    double low;   ///< at or below it for `low_after`: low
    double good;  ///< at or above it for `good_after`: good again
    Duration low_after;
    Duration good_after;
  };
  explicit LowWatch(const Limits& limits) : limits_(limits) {}

  /// Takes a measurement and tells the verdict. A value between the limits changes nothing.
  bool update(double value, Instant at) {
    const bool contrary = low_ ? value >= limits_.good : value <= limits_.low;
    if (!contrary) {
      since_.reset();
    } else if (!since_) {
      since_ = at;
    }
    if (since_ && at - *since_ >= (low_ ? limits_.good_after : limits_.low_after)) {
      low_ = !low_;
      since_.reset();
    }
    return low_;
  }
  [[nodiscard]] bool low() const { return low_; }

 private:
  Limits limits_;
  bool low_ = false;
  std::optional<Instant> since_;
};

}  // namespace classcast::classroom
