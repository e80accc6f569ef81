// SPDX-License-Identifier: MIT
// RateMeter: the rate of a counter that only grows, over the last second or more.
#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <optional>

namespace classcast::classroom {

class RateMeter {
 public:
  void update(std::uint64_t count, Instant at) {
    if (!since_) {
      since_ = at;
      count_ = count;
    }
    auto passed = at - *since_;
    if (passed < 1s) return;
    per_second_ = static_cast<double>(count - count_) / std::chrono::duration<double>(passed).count();
    since_ = at;
    count_ = count;
  }
  [[nodiscard]] double per_second() const { return per_second_; }

 private:
  std::optional<Instant> since_;
  std::uint64_t count_ = 0;
  double per_second_ = 0;
};

}  // namespace classcast::classroom
