// SPDX-License-Identifier: MIT
// Retention: which recordings go to the bin, and which the bin forgets. Pure.
#pragma once

#include "store/recordings.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace classcast::server {

struct RetentionPolicy {
  std::int64_t keep_days = 0;   ///< 0: for ever
  std::int64_t keep_bytes = 0;  ///< all together, without the bin; 0: no limit
  std::int64_t bin_days = 7;
};

/// What is to be done now, by id.
struct RetentionPlan {
  std::vector<std::string> to_bin;
  std::vector<std::string> purge;
  bool operator==(const RetentionPlan&) const = default;
};

/// The days that a recording's room keeps, 0: for ever.
using KeepDaysOf = std::function<std::int64_t(const RoomId& room)>;

/// When it goes to the bin by age; nullopt: never.
std::optional<std::int64_t> expires_ms(const store::Recording& recording, std::int64_t keep_days);
/// When the bin forgets it; nullopt: it is not in the bin, or protected.
std::optional<std::int64_t> purge_ms(const store::Recording& recording, std::int64_t bin_days);

/// `recordings`: the finished ones, purged ones left out. Protected ones are never touched and never counted
/// as what must make room.
RetentionPlan plan_retention(std::span<const store::Recording> recordings, const RetentionPolicy& policy,
                             const KeepDaysOf& keep_days_of, std::int64_t now_ms);

}  // namespace classcast::server
