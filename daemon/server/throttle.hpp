// SPDX-License-Identifier: MIT
// Throttle: how often a stranger may try. Pure: time is an argument.
#pragma once

#include "base/clock.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace classcast::server {

/// A token bucket per key (an address, an account) in a table of bounded size.
class Throttle {
 public:
  struct Rate {
    /// Tries in a row.
    double burst;
    /// One more try per this time.
    Duration refill;
  };

  Throttle(Rate rate, std::size_t max_keys) : rate_(rate), max_keys_(max_keys) {}

  /// Takes one try. When there is none left, returns how long to wait for the next.
  std::optional<Duration> take(std::string_view key, Instant now);
  /// Gives a try back, e.g. after a successful sign-in.
  void give_back(std::string_view key);
  [[nodiscard]] std::size_t size() const { return buckets_.size(); }

 private:
  struct Bucket {
    double left;
    Instant at;
  };
  [[nodiscard]] double refilled(const Bucket& bucket, Instant now) const;
  void make_room(Instant now);

  Rate rate_;
  std::size_t max_keys_;
  std::unordered_map<std::string, Bucket> buckets_;
};

/// The key of an address: an IPv6 host owns a whole /64, so its first four groups stand for it.
std::string throttle_key(std::string_view address);

}  // namespace classcast::server
