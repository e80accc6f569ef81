// SPDX-License-Identifier: MIT
// ClockWatch: whether this computer's clock agrees with the server's, and whether somebody set it. Media do
// not depend on it: they run on the monotonic clock.
#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <optional>

namespace classcast::classroom {

class ClockWatch {
 public:
  /// The wall clock against the monotonic one: by how much it was set since the former call, when that is
  /// more than a second; slewing it slowly is not a jump.
  std::optional<Duration> tick(Instant at, std::int64_t wall_ms) {
    const auto offset = std::chrono::milliseconds(wall_ms) - at.time_since_epoch();
    const auto jump = offset_ ? Duration(offset - *offset_) : Duration::zero();
    offset_ = offset;
    if (jump > -kJump && jump < kJump) return std::nullopt;
    server_offset_.reset();
    return jump;
  }

  /// A Date header has whole seconds: half a second is the expected error.
  void server_said(std::int64_t unix_s, std::int64_t wall_ms) {
    constexpr std::int64_t kHalf = 500;
    server_offset_ = unix_s * 1000 + kHalf - wall_ms;
  }
  /// The server's clock minus ours, ± 0.6 s; unknown at first and after a jump.
  [[nodiscard]] std::optional<std::int64_t> server_offset_ms() const { return server_offset_; }

 private:
  static constexpr Duration kJump = 1s;
  std::optional<Duration> offset_;
  std::optional<std::int64_t> server_offset_;
};

}  // namespace classcast::classroom
