// SPDX-License-Identifier: MIT
// What may be done with the free space of a disk, and which segments may go. Pure.
#pragma once

#include "recorder/range.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace classcast::recorder {

enum class DiskState { ok, low, full, lost };
std::string_view to_text(DiskState state);

/// A warning comes at twice `min_free`; what was full is so until there is a little more than that again.
DiskState assess_disk(DiskState was, std::int64_t free, std::int64_t min_free);
/// One sentence for people; empty when all is well.
std::string describe_disk(DiskState state, std::int64_t free);

/// A file of the store, from its first to its last moment.
struct FileSpan {
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
};
/// A range of a recording that is not finished yet; without an end it is still growing.
struct KeptRange {
  std::int64_t from_ms = 0;
  std::optional<std::int64_t> until_ms;
};

/// What is kept longer than the window, so that nobody who plays the oldest moment loses it.
inline constexpr std::int64_t kWindowGraceMs = 90'000;

/// Numbers of the files that neither the rewind window nor a recording needs. The newest is never among
/// them: it may be being written.
std::vector<std::size_t> plan_segments(std::span<const FileSpan> files, std::int64_t window_ms,
                                       std::span<const KeptRange> kept, std::int64_t now_ms);

}  // namespace classcast::recorder
