// SPDX-License-Identifier: MIT
#include "recorder/media_clock.hpp"

#include <algorithm>
#include <cstdlib>

namespace classcast::recorder {

namespace {
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kAgreeStep = 1'000'000;
}  // namespace

std::int64_t Unwrapper::unwrap(std::uint32_t timestamp) {
  if (!last_) {
    // Room below zero: pictures that came before the first one seen get smaller numbers.
    last_ = (std::int64_t{1} << 32) + timestamp;
  } else {
    *last_ += static_cast<std::int32_t>(timestamp - static_cast<std::uint32_t>(*last_));
  }
  return *last_;
}

std::int64_t MediaClock::media_ns(std::int64_t timestamp) const {
  return timestamp / rate_ * kSecond + timestamp % rate_ * kSecond / rate_;
}

std::int64_t MediaClock::at(std::int64_t timestamp) const {
  return media_ns(timestamp) + offset_.value_or(0);
}

void MediaClock::observe(std::int64_t timestamp, std::int64_t arrival_ns) {
  const auto seen = arrival_ns - media_ns(timestamp);
  if (!offset_) offset_ = seen;
  const auto error = seen - *offset_;
  if (std::abs(error) > kJumpNs) {
    offset_ = seen;
    window_start_.reset();
    agreed_ = false;
  } else if (!settled_) {
    offset_ = std::min(*offset_, seen);
  } else if (!agreed_) {
    follow(error, arrival_ns);
  }
}

void MediaClock::follow(std::int64_t error, std::int64_t arrival_ns) {
  if (!window_start_) {
    window_start_ = arrival_ns;
    window_least_ = error;
  }
  window_least_ = std::min(window_least_, error);
  if (arrival_ns - *window_start_ < kWindowNs) return;
  *offset_ += std::clamp(window_least_, -kNudgeNs, kNudgeNs);
  window_start_.reset();
}

void MediaClock::agree(std::int64_t timestamp, std::int64_t time_ns) {
  if (!offset_) return;
  const auto error = time_ns - at(timestamp);
  if (std::abs(error) > kJumpNs) return;
  *offset_ += agreed_ ? std::clamp(error, -kAgreeStep, kAgreeStep) : error;
  agreed_ = true;
}

}  // namespace classcast::recorder
