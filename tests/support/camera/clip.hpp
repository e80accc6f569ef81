// SPDX-License-Identifier: MIT
// A short encoded film (Matroska) that a camera plays over and over: made once, then no encoder runs.
#pragma once

#include "base/result.hpp"
#include "handles.hpp"
#include "picture.hpp"

#include <gst/gst.h>

#include <chrono>
#include <string>
#include <vector>

namespace classcast::camera {

struct Clip {
  OwnedMini<GstCaps> caps;
  /// One access unit each; the first is a keyframe.
  std::vector<OwnedMini<GstBuffer>> frames;
  std::chrono::nanoseconds frame_time{};
};

/// Encodes `seconds` of the picture into `path`, which appears only when it is complete.
Result<void> make_clip(const Picture& picture, int seconds, const std::string& path);

Result<Clip> load_clip(const std::string& path);

}  // namespace classcast::camera
