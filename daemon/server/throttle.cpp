// SPDX-License-Identifier: MIT
#include "server/throttle.hpp"

#include "base/bytes.hpp"
#include "base/strings.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace classcast::server {

std::optional<Duration> Throttle::take(std::string_view key, Instant now) {
  auto found = buckets_.find(std::string(key));
  if (found == buckets_.end()) {
    make_room(now);
    found = buckets_.emplace(key, Bucket{rate_.burst, now}).first;
  }
  auto& bucket = found->second;
  bucket = {refilled(bucket, now), now};
  if (bucket.left >= 1) {
    bucket.left -= 1;
    return std::nullopt;
  }
  return std::chrono::duration_cast<Duration>((1 - bucket.left) * rate_.refill);
}

void Throttle::give_back(std::string_view key) {
  if (auto found = buckets_.find(std::string(key)); found != buckets_.end()) {
    found->second.left = std::min(rate_.burst, found->second.left + 1);
  }
}

double Throttle::refilled(const Bucket& bucket, Instant now) const {
  return std::min(rate_.burst, bucket.left + static_cast<double>((now - bucket.at).count()) /
                                                 static_cast<double>(rate_.refill.count()));
}

void Throttle::make_room(Instant now) {
  if (buckets_.size() < max_keys_) return;
  std::erase_if(buckets_, [&](const auto& entry) { return refilled(entry.second, now) >= rate_.burst; });
  if (buckets_.size() < max_keys_) return;
  // All keys are being held back: the one that has waited longest is let go.
  auto oldest = std::min_element(buckets_.begin(), buckets_.end(),
                                 [](const auto& a, const auto& b) { return a.second.at < b.second.at; });
  buckets_.erase(oldest);
}

std::string throttle_key(std::string_view address) {
  in6_addr parsed{};
  if (inet_pton(AF_INET6, std::string(address).c_str(), &parsed) != 1) return std::string(address);
  // RFC 4291 §2.5.5.2: an IPv4 host seen through an IPv6 socket, which is one host.
  if (IN6_IS_ADDR_V4MAPPED(&parsed)) return std::string(address);
  constexpr std::size_t kPrefixBytes = 8;
  return to_hex(Bytes(parsed.s6_addr, kPrefixBytes)) + "/64";
}

}  // namespace classcast::server
