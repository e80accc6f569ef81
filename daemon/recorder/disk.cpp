// SPDX-License-Identifier: MIT
#include "recorder/disk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace classcast::recorder {

namespace {

/// A recording begins with the keyframe before it, which may lie in the file before.
constexpr std::int64_t kKeyframeMs = 30'000;

bool needed(const FileSpan& file, const KeptRange& range) {
  return file.end_ms >= range.from_ms - kKeyframeMs && file.start_ms <= range.until_ms.value_or(INT64_MAX);
}

}  // namespace

std::string_view to_text(DiskState state) {
  constexpr std::array<std::string_view, 4> kNames = {"ok", "low", "full", "lost"};
  return kNames[static_cast<std::size_t>(state)];
}

DiskState assess_disk(DiskState was, std::int64_t free, std::int64_t min_free) {
  // An eighth more than what is too little, so that it does not go to and fro.
  const auto enough = was == DiskState::full ? min_free + min_free / 8 : min_free;
  if (free < enough) return DiskState::full;
  return free < 2 * min_free ? DiskState::low : DiskState::ok;
}

std::string describe_disk(DiskState state, std::int64_t free) {
  const auto gigabytes = static_cast<double>(free) / 1e9;
  switch (state) {
    case DiskState::ok:
      return {};
    case DiskState::low:
      return fmt::format("Only {:.1f} GB are free on the recorder's disk.", gigabytes);
    case DiskState::full:
      return fmt::format("The recorder's disk is full: {:.1f} GB are free, nothing new is recorded.",
                         gigabytes);
    case DiskState::lost:
      return "The place for recordings is not there; recording goes on in the fallback folder.";
  }
  return {};
}

std::vector<std::size_t> plan_segments(std::span<const FileSpan> files, std::int64_t window_ms,
                                       std::span<const KeptRange> kept, std::int64_t now_ms) {
  std::vector<std::size_t> remove;
  const auto window_from = now_ms - window_ms - kWindowGraceMs;
  for (std::size_t i = 0; i + 1 < files.size(); ++i) {
    if (window_ms > 0 && files[i].end_ms >= window_from) continue;
    // Without a window the grace still covers what a recording has just begun with.
    if (window_ms == 0 && files[i].end_ms >= now_ms - kWindowGraceMs) continue;
    const bool recorded =
        std::any_of(kept.begin(), kept.end(), [&](const auto& range) { return needed(files[i], range); });
    if (!recorded) remove.push_back(i);
  }
  return remove;
}

}  // namespace classcast::recorder
