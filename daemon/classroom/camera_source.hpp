// SPDX-License-Identifier: MIT
// CameraSource: one stream of the classroom's camera, from its settings to frames on a track.
#pragma once

#include "classroom/source_runner.hpp"
#include "device/settings.hpp"
#include "pipelines/track.hpp"

#include <functional>
#include <optional>
#include <string>

namespace classcast::classroom {

using device::CameraChoice;

class CameraSource {
 public:
  /// `name` stands in the journal; `changed` is called when the state or its cause is another.
  CameraSource(const std::string& name, std::function<void()> changed);

  /// Starts, restarts or stops what these settings change; the same settings again do nothing.
  void apply(const std::optional<CameraChoice>& choice);
  /// Anew from the beginning, if there is one.
  void restart() {
    if (choice_) runner_.restart();
  }
  void stop() { runner_.stop(); }
  void tick(Instant at) { runner_.tick(at); }

  [[nodiscard]] const std::optional<CameraChoice>& choice() const { return choice_; }
  [[nodiscard]] const SourceStatus& status() const { return runner_.status(); }
  [[nodiscard]] bool transcodes() const;
  [[nodiscard]] pipelines::Track& track() { return track_; }
  [[nodiscard]] const pipelines::Track& track() const { return track_; }
  [[nodiscard]] Worker& worker() { return runner_.worker(); }

 private:
  SourceRunner::Recipe recipe();
  [[nodiscard]] std::string complaint() const;
  void explain(pipelines::Fault fault, const SourceRunner::Answer& answer);

  std::optional<CameraChoice> choice_;
  // What the camera taught us: the transport that it refuses, and that it sends B-frames.
  pipelines::CameraTransport transport_ = pipelines::CameraTransport::tcp;
  bool reordered_ = false;
  pipelines::Track track_{pipelines::MediaKind::video};
  SourceRunner runner_;
};

}  // namespace classcast::classroom
