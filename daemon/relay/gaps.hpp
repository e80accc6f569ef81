// SPDX-License-Identifier: MIT
// Gaps: which packets of a publisher are missing and when to ask for them again (RFC 4585 §6.2.1 NACK).
#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace classcast::relay {

class Gaps {
 public:
  /// A longer gap is an outage, not loss: nothing is asked for.
  static constexpr std::int64_t kMaxGap = 128;
  static constexpr std::size_t kMaxMissing = 256;
  static constexpr int kMaxTries = 8;
  /// Packets that overtake each other by less than this are not asked for.
  static constexpr Duration kReorderTime = 5ms;
  static constexpr Duration kRetryTime = 50ms;

  /// `seq` is extended.
  void on_packet(std::int64_t seq, Instant now);
  /// The packets to ask for now; each is returned again after kRetryTime, at most kMaxTries times.
  std::vector<std::int64_t> due(Instant now);
  [[nodiscard]] std::optional<Instant> next_deadline() const;
  [[nodiscard]] std::size_t missing() const { return missing_.size(); }
  void clear();

 private:
  struct Missing {
    std::int64_t seq;
    Instant ask_at;
    int tries = 0;
  };
  std::vector<Missing> missing_;
  std::optional<std::int64_t> highest_;
};

}  // namespace classcast::relay
