// SPDX-License-Identifier: MIT
// Where one session of a capture ends and the next begins: a relay sends the pictures since the last keyframe
// to whoever comes, so that both sessions have them. Pure.
#pragma once

#include "recorder/index.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace classcast::recorder {

/// The same keyframe, received twice, may get times that differ by so much. Those of a picture without any
/// noise are all alike, and a sender seldom makes them more often than this.
inline constexpr std::int64_t kSameKeyframeMs = 1000;

/// A line of an index and the file it belongs to.
struct PlacedEntry {
  const StoredFile* file;
  const IndexEntry* entry;
  bool repeated = false;  ///< its pictures are in other lines; its sound may not be
};

/// The lines of these files in order, with each picture in one line that is not `repeated`. A session that
/// begins with a keyframe which is stored already has, sooner or later, all that was stored behind it: until
/// it has as many pictures as that, its own are the repeated ones. So no picture is left out that came only
/// once. Files without a fragment are left out.
std::vector<PlacedEntry> placed(std::span<const StoredFile> files);

/// Which of the `lines` begins with the keyframe that `next` begins with: the nearest in time; `lines.size()`
/// when it is not there.
std::size_t find_keyframe(std::span<const PlacedEntry> lines, const IndexEntry& next);

}  // namespace classcast::recorder
