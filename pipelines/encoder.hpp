// SPDX-License-Identifier: MIT
// The H.264 encoder of this computer: the hardware's when it is present and really works, else x264.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace classcast::pipelines {

enum class VideoCodec { h264, vp8 };

/// From raw video to frames that a browser can play: no B-frames, a keyframe at least every 50 frames.
/// Errc::unavailable when no encoder is installed. The first call tries the encoders and may take seconds;
/// call it on a worker thread.
Result<std::string> encoder_chain(VideoCodec codec, int bitrate_kbps);

/// The element that encodes H.264 here, e.g. "x264enc"; empty when there is none. Tries like encoder_chain().
const std::string& h264_encoder();

/// Tries them anew: the first of h264_encoders() that is installed and really encodes.
std::string_view find_h264_encoder();

/// In the order of preference: every element that would be tried, whether installed or not.
std::vector<std::string_view> h264_encoders();

}  // namespace classcast::pipelines
