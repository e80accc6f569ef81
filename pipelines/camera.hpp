// SPDX-License-Identifier: MIT
// Camera: rtspsrc to encoded frames; H.264 as it comes, or any codec that can be decoded as VP8.
#pragma once

#include "base/secret.hpp"
#include "pipelines/source.hpp"
#include "pipelines/track.hpp"

#include <memory>
#include <string>

namespace classcast::pipelines {

enum class CameraTransport { tcp, udp };
enum class VideoCodec { h264, vp8 };

struct CameraSettings {
  std::string url;  ///< without user name and password
  std::string user;
  Secret password;
  CameraTransport transport = CameraTransport::tcp;
  VideoCodec codec = VideoCodec::h264;  ///< h264: passed through; vp8: decoded and encoded again
};

/// Frames go to `track`, which must outlive the camera.
Result<std::unique_ptr<Source>> make_camera(const CameraSettings& settings, Track& track,
                                            FaultHandler on_fault);

}  // namespace classcast::pipelines
