// SPDX-License-Identifier: MIT
// Microphone: PulseAudio (or PipeWire's PulseAudio server), ALSA, a camera's own sound or a test tone to Opus
// packets and a level.
#pragma once

#include "pipelines/rtsp.hpp"
#include "pipelines/source.hpp"
#include "pipelines/track.hpp"

#include <memory>
#include <string>

namespace classcast::pipelines {

enum class MicrophoneKind { pulse, alsa, camera, test };

/// What webrtcdsp does to the sound before it is encoded.
struct SoundProcessing {
  bool noise_suppression = false;
  bool gain_control = false;
  /// Echo cancellation: what the loudspeakers play, as a source of the sound server; empty: none.
  std::string echo_reference;
  bool operator==(const SoundProcessing&) const = default;
};

struct MicrophoneSettings {
  MicrophoneKind kind = MicrophoneKind::pulse;
  std::string device;  ///< pulse: a source's stable name, empty: the server's default; alsa: a PCM's name
  std::string server;  ///< pulse: e.g. unix:/run/classcast-audio/pulse; empty: the usual one
  RtspAddress camera;  ///< camera: whose sound
  SoundProcessing processing;
  bool operator==(const MicrophoneSettings&) const = default;
};

/// Frames go to `track`, which must outlive the microphone.
Result<std::unique_ptr<Source>> make_microphone(const MicrophoneSettings& settings, Track& track,
                                                FaultHandler on_fault);

}  // namespace classcast::pipelines
