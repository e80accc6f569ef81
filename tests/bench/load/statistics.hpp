// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace classcast::load {

/// The value below which `share` (0 to 1) of them lie; 0 of none.
inline Duration quantile(std::vector<Duration> values, double share) {
  if (values.empty()) return {};
  auto rank = static_cast<std::size_t>(std::lround(share * static_cast<double>(values.size() - 1)));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(rank), values.end());
  return values[rank];
}

inline double milliseconds(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}
inline double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace classcast::load
