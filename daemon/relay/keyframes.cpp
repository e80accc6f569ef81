// SPDX-License-Identifier: MIT
#include "relay/keyframes.hpp"

#include <algorithm>

namespace classcast::relay {

void Keyframes::arrived(Instant now) {
  constexpr int kSure = 3;
  if (waiting_since_) {
    auto prompt = now - *asked_at_ < kAnswerTime;
    answered_ = std::clamp(answered_ + (prompt ? 1 : -1), -kSure, kSure);
  }
  needed_ = false;
  waiting_since_.reset();
  spacing_ = kSpacing;
}

bool Keyframes::due(Instant now) {
  if (!needed_ || (asked_at_ && now - *asked_at_ < spacing_)) return false;
  if (asked_at_) spacing_ = std::min(spacing_ * 2, kLongestSpacing);
  asked_at_ = now;
  if (!waiting_since_) waiting_since_ = now;
  return true;
}

bool Keyframes::unanswered(Instant now) const {
  return waiting_since_ && now - *waiting_since_ >= kAnswerTime;
}

std::optional<Instant> Keyframes::next_deadline() const {
  if (!needed_) return std::nullopt;
  return asked_at_ ? *asked_at_ + spacing_ : Instant{};
}

}  // namespace classcast::relay
