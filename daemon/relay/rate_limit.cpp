// SPDX-License-Identifier: MIT
#include "relay/rate_limit.hpp"

#include <algorithm>

namespace classcast::relay {

double RateLimit::level(const Bucket& bucket, Instant now) const {
  auto seconds = std::chrono::duration<double>(now - bucket.filled_at).count();
  return std::min(burst_, bucket.tokens + seconds * per_second_);
}

void RateLimit::forget_idle(Instant now) {
  std::erase_if(buckets_, [&](const auto& entry) { return level(entry.second, now) >= burst_; });
}

bool RateLimit::allow(const std::string& party, Instant now) {
  if (buckets_.size() >= review_at_) {
    forget_idle(now);
    // Twice as many as are left: a look at all of them then costs each newcomer next to nothing.
    review_at_ = std::clamp(buckets_.size() * 2, kFewParties, kMaxParties);
  }
  auto known = buckets_.find(party);
  if (known == buckets_.end()) {
    auto key = buckets_.size() < kMaxParties ? party : std::string();
    known = buckets_.try_emplace(key, Bucket{burst_, now}).first;
  }
  auto& bucket = known->second;
  bucket = {level(bucket, now), now};
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

}  // namespace classcast::relay
