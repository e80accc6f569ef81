// SPDX-License-Identifier: MIT
#include "server/retention.hpp"

#include <algorithm>

namespace classcast::server {

namespace {

constexpr std::int64_t kRetentionDayMs = 24LL * 3600 * 1000;

std::int64_t ended_ms(const store::Recording& recording) {
  if (recording.started_ms && recording.duration_ms) return *recording.started_ms + *recording.duration_ms;
  return recording.stop_ms.value_or(recording.from_ms);
}

bool expired(const store::Recording& recording, std::int64_t keep_days, std::int64_t now_ms) {
  auto at_ms = expires_ms(recording, keep_days);
  return at_ms && *at_ms <= now_ms;
}

}  // namespace

std::optional<std::int64_t> expires_ms(const store::Recording& recording, std::int64_t keep_days) {
  bool kept = recording.is_protected || recording.open() || recording.deleted_ms || keep_days <= 0;
  if (kept) return std::nullopt;
  return ended_ms(recording) + keep_days * kRetentionDayMs;
}

std::optional<std::int64_t> purge_ms(const store::Recording& recording, std::int64_t bin_days) {
  if (!recording.deleted_ms || recording.is_protected) return std::nullopt;
  return *recording.deleted_ms + bin_days * kRetentionDayMs;
}

RetentionPlan plan_retention(std::span<const store::Recording> recordings, const RetentionPolicy& policy,
                             const KeepDaysOf& keep_days_of, std::int64_t now_ms) {
  RetentionPlan plan;
  std::vector<const store::Recording*> kept;
  std::int64_t bytes = 0;
  for (const auto& recording : recordings) {
    if (recording.open()) continue;
    if (recording.deleted_ms) {
      auto at_ms = purge_ms(recording, policy.bin_days);
      if (at_ms && *at_ms <= now_ms) plan.purge.push_back(recording.id);
    } else if (expired(recording, keep_days_of(recording.room), now_ms)) {
      plan.to_bin.push_back(recording.id);
    } else {
      bytes += recording.size.value_or(0);
      if (!recording.is_protected) kept.push_back(&recording);
    }
  }
  if (policy.keep_bytes <= 0) return plan;
  std::stable_sort(kept.begin(), kept.end(),
                   [](const auto* a, const auto* b) { return ended_ms(*a) < ended_ms(*b); });
  for (const auto* oldest : kept) {
    if (bytes <= policy.keep_bytes) break;
    // What takes no space makes none.
    if (oldest->size.value_or(0) == 0) continue;
    plan.to_bin.push_back(oldest->id);
    bytes -= *oldest->size;
  }
  return plan;
}

}  // namespace classcast::server
