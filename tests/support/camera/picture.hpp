// SPDX-License-Identifier: MIT
// What a test camera films: its room's name in large letters, a clock, the frame's number and the stamp.
#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <string>

namespace classcast::camera {

enum class Value { frame_number, wall_clock };

struct Picture {
  std::string room = "room-101";
  int width = 640;
  int height = 360;
  int fps = 10;
  /// Frames from one keyframe to the next.
  int gop = 20;
  std::string codec = "h264";
};

/// gst-launch text from the test picture to the encoded stream; the element "stamp" burns the strip.
/// `source` holds further properties of the videotestsrc. Empty for an unknown codec.
std::string encoder_graph(const Picture& picture, const std::string& source);

/// Makes the element "stamp" inside `bin` number the frames and burn the strip.
void stamp_frames(GstBin* bin, const Picture& picture, Value value);

}  // namespace classcast::camera
