// SPDX-License-Identifier: MIT
#include "relay/gaps.hpp"

#include <algorithm>

namespace classcast::relay {

void Gaps::on_packet(std::int64_t seq, Instant now) {
  if (highest_ && seq <= *highest_) {
    std::erase_if(missing_, [seq](const auto& m) { return m.seq == seq; });
    return;
  }
  auto first = highest_ ? *highest_ + 1 : seq;
  highest_ = seq;
  if (seq - first > kMaxGap) return missing_.clear();
  for (auto lost = first; lost < seq; ++lost) missing_.push_back({lost, now + kReorderTime});
  if (missing_.size() > kMaxMissing) {
    missing_.erase(missing_.begin(), missing_.end() - static_cast<std::ptrdiff_t>(kMaxMissing));
  }
}

std::vector<std::int64_t> Gaps::due(Instant now) {
  std::vector<std::int64_t> ask;
  for (auto& lost : missing_) {
    if (lost.ask_at > now) continue;
    ask.push_back(lost.seq);
    lost.ask_at = now + kRetryTime;
    ++lost.tries;
  }
  std::erase_if(missing_, [](const auto& m) { return m.tries >= kMaxTries; });
  return ask;
}

std::optional<Instant> Gaps::next_deadline() const {
  if (missing_.empty()) return std::nullopt;
  return std::min_element(missing_.begin(), missing_.end(),
                          [](const auto& a, const auto& b) { return a.ask_at < b.ask_at; })
      ->ask_at;
}

void Gaps::clear() {
  missing_.clear();
  highest_.reset();
}

}  // namespace classcast::relay
