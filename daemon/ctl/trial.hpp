// SPDX-License-Identifier: MIT
// Trial: a source that runs for some seconds, with what it delivered and what it complained about.
#pragma once

#include "base/clock.hpp"
#include "pipelines/source.hpp"
#include "pipelines/track.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace classcast::ctl {

class Trial {
 public:
  using Make = std::function<Result<std::unique_ptr<pipelines::Source>>(pipelines::Track& track,
                                                                        pipelines::FaultHandler)>;

  explicit Trial(pipelines::MediaKind kind) : track_(kind) {}

  /// Runs it until `enough`, a fault, or `limit`; blocks, perhaps for ever when the device does.
  void run(const Make& make, const std::function<bool(const pipelines::TrackStats&)>& enough, Duration limit);

  [[nodiscard]] std::optional<pipelines::Fault> fault() const;
  [[nodiscard]] pipelines::TrackStats stats() const { return track_.stats(); }

 private:
  void note(pipelines::Fault fault);

  pipelines::Track track_;
  // Guards fault_: sources complain on GStreamer's threads.
  mutable std::mutex mutex_;
  std::optional<pipelines::Fault> fault_;
};

}  // namespace classcast::ctl
