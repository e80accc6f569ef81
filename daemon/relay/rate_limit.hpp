// SPDX-License-Identifier: MIT
// RateLimit: how many requests one party may make; a bucket per party that refills steadily.
#pragma once

#include "base/clock.hpp"

#include <string>
#include <unordered_map>

namespace classcast::relay {

class RateLimit {
 public:
  /// Parties that are told apart; beyond that, all further ones share a bucket.
  static constexpr std::size_t kMaxParties = 10'000;

  /// `burst` requests at once, `per_second` in the long run.
  RateLimit(double burst, double per_second) : burst_(burst), per_second_(per_second) {}

  /// Takes one request from the party's bucket; false when it is empty.
  bool allow(const std::string& party, Instant now);
  /// How many are remembered: those that were here lately, and at most as many that will be forgotten soon.
  [[nodiscard]] std::size_t parties() const { return buckets_.size(); }

 private:
  static constexpr std::size_t kFewParties = 64;
  struct Bucket {
    double tokens;
    Instant filled_at;
  };
  [[nodiscard]] double level(const Bucket& bucket, Instant now) const;
  void forget_idle(Instant now);

  double burst_;
  double per_second_;
  std::size_t review_at_ = kFewParties;  // so many parties
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace classcast::relay
