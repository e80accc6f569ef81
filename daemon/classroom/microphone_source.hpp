// SPDX-License-Identifier: MIT
// MicrophoneSource: the classroom's microphone, from its settings to sound on a track, and whether it is
// silent.
#pragma once

#include "classroom/low_watch.hpp"
#include "classroom/source_runner.hpp"
#include "device/settings.hpp"
#include "pipelines/track.hpp"

#include <functional>
#include <optional>
#include <string>

namespace classcast::classroom {

using device::MicrophoneChoice;

class MicrophoneSource {
 public:
  explicit MicrophoneSource(std::function<void()> changed);

  /// Starts, restarts or stops what these settings change; the same settings again do nothing.
  void apply(const std::optional<MicrophoneChoice>& choice);
  /// Anew from the beginning, if there is one.
  void restart() {
    if (choice_) runner_.restart();
  }
  void stop() { runner_.stop(); }
  void tick(Instant at) { runner_.tick(at); }

  [[nodiscard]] const std::optional<MicrophoneChoice>& choice() const { return choice_; }
  [[nodiscard]] const SourceStatus& status() const { return runner_.status(); }
  /// What a technician calls it: the device's name, or where the sound comes from.
  [[nodiscard]] std::string device() const;
  [[nodiscard]] pipelines::Track& track() { return track_; }
  [[nodiscard]] const pipelines::Track& track() const { return track_; }
  [[nodiscard]] Worker& worker() { return runner_.worker(); }

 private:
  SourceRunner::Recipe recipe();
  std::string complaint(Instant at);

  std::optional<MicrophoneChoice> choice_;
  std::optional<LowWatch> silence_;
  pipelines::CameraTransport transport_ = pipelines::CameraTransport::tcp;
  pipelines::Track track_{pipelines::MediaKind::audio};
  SourceRunner runner_;
};

}  // namespace classcast::classroom
