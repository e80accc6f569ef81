// SPDX-License-Identifier: MIT
#include "recorder/media_clock.hpp"

#include <algorithm>
#include <cstdlib>

namespace classcast::recorder {

namespace {
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kAgreeStep = 1'000'000;
/// By more than this a lateness shrinks or grows, beyond what a network's jitter does.
constexpr std::int64_t kShrinkNs = 200'000'000;
constexpr std::int64_t kGrowNs = 1'000'000'000;
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
  const auto at_ns = media_ns(timestamp);
  const auto seen = arrival_ns - at_ns;
  if (!offset_) offset_ = seen;
  const auto error = seen - *offset_;
  const bool went_back = at_ns + kJumpNs < newest_ns_;
  newest_ns_ = at_ns;
  if (error > kJumpNs && !went_back) {
    if (stays_late(error, at_ns, arrival_ns)) begin_anew(*offset_ + late_->least);
    return;
  }
  late_.reset();
  if (std::abs(error) > kJumpNs) {
    begin_anew(seen);
  } else if (!settled_) {
    offset_ = std::min(*offset_, seen);
  } else if (!agreed_) {
    follow(error, arrival_ns);
  }
}

void MediaClock::begin_anew(std::int64_t offset) {
  offset_ = offset;
  late_.reset();
  window_start_.reset();
  agreed_ = false;
}

/// Not while the lateness shrinks, nor when it has grown by another pause.
bool MediaClock::stays_late(std::int64_t error, std::int64_t at_ns, std::int64_t arrival_ns) {
  if (!late_ || error < late_->error - kShrinkNs || error > late_->error + kGrowNs)
    late_ = Late{at_ns, arrival_ns, error, error};
  late_->least = std::min(late_->least, error);
  return at_ns - late_->media_ns >= kLateNs && arrival_ns - late_->arrival_ns >= kLateNs;
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
