// SPDX-License-Identifier: MIT
// Time as types. Protocol code takes an Instant as argument and never asks a clock.
#pragma once

#include <chrono>
#include <cstdint>

namespace classcast {

using Duration = std::chrono::nanoseconds;
using Instant = std::chrono::time_point<std::chrono::steady_clock, Duration>;
using namespace std::chrono_literals;

/// Monotonic time; only loops and executors call it.
inline Instant now() {
  return std::chrono::steady_clock::now();
}

/// Unix time in milliseconds, for messages and rows.
inline std::int64_t unix_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

inline std::int64_t to_ms(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

}  // namespace classcast
