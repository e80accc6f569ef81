// SPDX-License-Identifier: MIT
// CameraSound: the sound of an RTSP camera as a room's microphone, on a connection of its own, so that
// picture and sound fail and recover apart.
#pragma once

#include "pipelines/microphone.hpp"

namespace classcast::pipelines {

Result<std::unique_ptr<Source>> make_camera_sound(const MicrophoneSettings& settings, Track& track,
                                                  FaultHandler on_fault);

}  // namespace classcast::pipelines
