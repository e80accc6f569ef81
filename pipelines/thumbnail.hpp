// SPDX-License-Identifier: MIT
// One H.264 keyframe to a small JPEG.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace classcast::pipelines {

inline constexpr int kThumbnailWidth = 320;

/// `keyframe`: NAL units after lengths of four bytes, parameter sets included. Blocks for some ten
/// milliseconds.
Result<Buffer> thumbnail(Bytes keyframe);

}  // namespace classcast::pipelines
