// SPDX-License-Identifier: MIT
#include "relay/arrivals.hpp"

#include <algorithm>
#include <limits>

namespace classcast::relay {

namespace {

using rtc::rtcp::TransportCc;

constexpr std::int64_t kTicksPerReference = TransportCc::kReferenceUnit / TransportCc::kDeltaUnit;
constexpr std::uint32_t kReferenceMask = 0xffffff;

}  // namespace

void Arrivals::on_packet(std::uint16_t transport_seq, Instant now) {
  if (pending_.size() >= TransportCc::kMaxPackets) return;
  pending_.push_back({unwrapper_.unwrap(transport_seq), now.time_since_epoch() / TransportCc::kDeltaUnit});
}

std::optional<Instant> Arrivals::next_deadline() const {
  if (pending_.empty()) return std::nullopt;
  return pending_.size() >= kMaxPending ? Instant{} : sent_at_ + kInterval;
}

std::optional<TransportCc> Arrivals::due(Instant now) {
  auto at = next_deadline();
  if (!at || *at > now) return std::nullopt;
  sent_at_ = now;
  return build();
}

TransportCc Arrivals::build() {
  std::sort(pending_.begin(), pending_.end(), [](const auto& a, const auto& b) { return a.seq < b.seq; });
  auto last = pending_.back().seq;
  auto first = reported_ ? std::min(pending_.front().seq, *reported_ + 1) : pending_.front().seq;
  first = std::max(first, last - static_cast<std::int64_t>(TransportCc::kMaxPackets) + 1);
  std::erase_if(pending_, [first](const auto& a) { return a.seq < first; });

  TransportCc feedback;
  feedback.base_seq = static_cast<std::uint16_t>(first);
  feedback.feedback_count = count_++;
  auto reference = pending_.front().ticks / kTicksPerReference;
  feedback.reference_time = static_cast<std::uint32_t>(reference) & kReferenceMask;
  auto before = reference * kTicksPerReference;
  auto next = first;
  for (const auto& arrival : pending_) {
    if (arrival.seq < next) continue;  // a duplicate
    for (; next < arrival.seq; ++next) feedback.arrivals.push_back({});
    using Delta = std::numeric_limits<std::int16_t>;
    auto delta = std::clamp<std::int64_t>(arrival.ticks - before, Delta::min(), Delta::max());
    feedback.arrivals.push_back({true, static_cast<std::int16_t>(delta)});
    before += delta;
    ++next;
  }
  reported_ = std::max(last, reported_.value_or(last));
  pending_.clear();
  return feedback;
}

}  // namespace classcast::relay
