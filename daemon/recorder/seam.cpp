// SPDX-License-Identifier: MIT
#include "recorder/seam.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>

namespace classcast::recorder {

namespace {

bool is_fragment(const PlacedEntry& placed) {
  return placed.entry->kind == IndexEntry::Kind::fragment;
}

/// One capture goes on in its next file where the one before ends, to the millisecond.
bool follows(const std::vector<PlacedEntry>& lines, const IndexEntry& next) {
  return !lines.empty() && is_fragment(lines.back()) &&
         std::abs(next.start_ms - lines.back().entry->end_ms) <= kSameCaptureMs;
}

/// Where `next` is stored already; the end when it is not.
std::vector<PlacedEntry>::iterator repeated_from(std::vector<PlacedEntry>& lines, const IndexEntry& next) {
  if (follows(lines, next)) return lines.end();
  for (auto it = lines.rbegin(); it != lines.rend(); ++it) {
    if (!is_fragment(*it)) continue;
    if (next.start_ms - it->entry->start_ms > kSameKeyframeMs) break;
    if (it->entry->keyframe_size > 0 && it->entry->keyframe_size == next.keyframe_size)
      return std::prev(it.base());
  }
  return std::find_if(lines.begin(), lines.end(), [&next](const PlacedEntry& line) {
    return is_fragment(line) && line.entry->start_ms >= next.start_ms;
  });
}

}  // namespace

std::vector<PlacedEntry> without_repeats(std::span<const StoredFile> files) {
  std::vector<PlacedEntry> lines;
  for (const auto& file : files) {
    if (file.init_size() == 0) continue;
    bool begun = false;
    for (const auto& entry : file.entries) {
      if (entry.kind == IndexEntry::Kind::fragment && !std::exchange(begun, true))
        lines.erase(repeated_from(lines, entry), lines.end());
      lines.push_back({&file, &entry});
    }
  }
  return lines;
}

}  // namespace classcast::recorder
