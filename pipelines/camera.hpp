// SPDX-License-Identifier: MIT
// Camera: RTSP, a USB camera (V4L2) or a test picture to encoded frames. H.264 without B-frames goes out as
// it comes; everything else is encoded anew, on hardware where there is some.
#pragma once

#include "pipelines/encoder.hpp"
#include "pipelines/rtsp.hpp"
#include "pipelines/source.hpp"
#include "pipelines/track.hpp"

#include <memory>
#include <string>

namespace classcast::pipelines {

enum class CameraKind { rtsp, usb, test };
/// Whether pictures are decoded and encoded again.
enum class Transcoding { when_needed, never, always };

struct CameraSettings {
  CameraKind kind = CameraKind::rtsp;
  RtspAddress rtsp;
  std::string device;                   ///< usb: e.g. /dev/v4l/by-id/usb-…-video-index0
  VideoCodec codec = VideoCodec::h264;  ///< of what goes out
  Transcoding transcoding = Transcoding::when_needed;
  int bitrate_kbps = 2500;  ///< of what is encoded here
  bool operator==(const CameraSettings&) const = default;
};

/// Frames go to `track`, which must outlive the camera. FaultKind::reordered asks for a new camera with
/// Transcoding::always.
Result<std::unique_ptr<Source>> make_camera(const CameraSettings& settings, Track& track,
                                            FaultHandler on_fault);

}  // namespace classcast::pipelines
