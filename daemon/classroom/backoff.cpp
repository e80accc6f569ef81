// SPDX-License-Identifier: MIT
#include "classroom/backoff.hpp"

#include <limits>

#include "base/random.hpp"

namespace classcast::classroom {

double random_chance() {
  return static_cast<double>(random_u32()) / std::numeric_limits<std::uint32_t>::max();
}

}  // namespace classcast::classroom
