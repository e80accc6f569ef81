// SPDX-License-Identifier: MIT
#include "cable/link.hpp"

#include <algorithm>

namespace classcast::cable {

namespace {

Duration from_ms(double ms) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::milli>(ms));
}

}  // namespace

void Link::take(Bytes frame, Instant now) {
  constexpr double kWhole = 100;
  if (std::uniform_real_distribution<>(0, kWhole)(random_) < settings_.loss_percent) return;
  busy_until_ = std::max(busy_until_, now);
  if (settings_.rate_kbit > 0) {
    if (busy_until_ - now > from_ms(settings_.queue_ms)) return;
    busy_until_ += from_ms(static_cast<double>(frame.size()) * 8 / settings_.rate_kbit);
  }
  auto at = busy_until_ + from_ms(settings_.delay_ms);
  if (!way_.empty()) at = std::max(at, way_.back().at);  // a cable does not reorder
  way_.push_back({at, {frame.begin(), frame.end()}});
}

void Link::deliver(Instant now, const std::function<void(Bytes)>& out) {
  for (; !way_.empty() && way_.front().at <= now; way_.pop_front()) out(way_.front().data);
}

std::optional<Instant> Link::next() const {
  if (way_.empty()) return std::nullopt;
  return way_.front().at;
}

}  // namespace classcast::cable
