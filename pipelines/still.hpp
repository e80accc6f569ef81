// SPDX-License-Identifier: MIT
// A small still picture from one keyframe, made on the calling thread, so that the caller chooses its
// priority.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "pipelines/track.hpp"

namespace classcast::pipelines {

inline constexpr int kStillWidth = 320;
inline constexpr std::size_t kMaxStillBytes = 48 * 1024;

/// JPEG, 320 pixels wide, at most kMaxStillBytes. Takes some 30 ms of a core for 1080p.
Result<Buffer> make_still(const Keyframe& keyframe);

}  // namespace classcast::pipelines
