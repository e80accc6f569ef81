// SPDX-License-Identifier: MIT
// StillSender: a small picture of the room now and then, made from a keyframe at the lowest priority.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "classroom/worker.hpp"
#include "glib/scope.hpp"
#include "pipelines/track.hpp"

#include <functional>

namespace classcast::classroom {

class StillSender {
 public:
  /// `send` is called on the main thread with a JPEG.
  explicit StillSender(std::function<void(Bytes)> send) : send_(std::move(send)), worker_("still", kNicest) {}

  /// Makes one of the track's newest keyframe when the last was long enough ago, and this is another
  /// keyframe.
  void tick(const pipelines::Track& track, Duration every, Instant at);

 private:
  static constexpr int kNicest = 19;
  void make(const pipelines::Keyframe& keyframe);

  const std::function<void(Bytes)> send_;
  Instant due_;
  std::uint64_t seen_ = 0;  // keyframes counted when the last still was made
  Worker worker_;
  glib::Scope scope_;
};

}  // namespace classcast::classroom
