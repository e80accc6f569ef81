// SPDX-License-Identifier: MIT
// Microphone: pulsesrc (PulseAudio, or PipeWire's PulseAudio server) to Opus packets and a level.
#pragma once

#include "pipelines/source.hpp"
#include "pipelines/track.hpp"

#include <memory>
#include <string>

namespace classcast::pipelines {

struct MicrophoneSettings {
  std::string device;  ///< a source's stable name; empty: the sound server's default
  std::string server;  ///< e.g. unix:/run/classcast-audio/pulse; empty: the usual one
};

/// Frames go to `track`, which must outlive the microphone.
Result<std::unique_ptr<Source>> make_microphone(const MicrophoneSettings& settings, Track& track,
                                                FaultHandler on_fault);

}  // namespace classcast::pipelines
