// SPDX-License-Identifier: MIT
#include "classroom/backoff.hpp"

#include "base/random.hpp"

#include <limits>

namespace classcast::classroom {

double random_chance() {
  return static_cast<double>(random_u32()) / std::numeric_limits<std::uint32_t>::max();
}

}  // namespace classcast::classroom
