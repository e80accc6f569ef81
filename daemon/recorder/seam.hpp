// SPDX-License-Identifier: MIT
// Where one capture ends and the next begins: after a crash the relay sends the pictures since the last
// keyframe again, so that both captures have them. Pure.
#pragma once

#include "recorder/store.hpp"

#include <span>
#include <vector>

namespace classcast::recorder {

/// The same keyframe, received twice, may get times that differ by so much.
inline constexpr std::int64_t kSameKeyframeMs = 1000;

/// Files of one capture touch each other so exactly.
inline constexpr std::int64_t kSameCaptureMs = 2;

/// A line of an index and the file it belongs to.
struct PlacedEntry {
  const StoredFile* file;
  const IndexEntry* entry;
};

/// The lines of these files in order, each picture once: the later capture's are kept. Files without a
/// fragment are left out.
std::vector<PlacedEntry> without_repeats(std::span<const StoredFile> files);

}  // namespace classcast::recorder
