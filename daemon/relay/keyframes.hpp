// SPDX-License-Identifier: MIT
// Keyframes: merges the viewers' wishes for a keyframe into few requests to the publisher.
#pragma once

#include "base/clock.hpp"

#include <optional>

namespace classcast::relay {

/// A request is sent when somebody needs a keyframe, and again, ever more seldom, until one comes: RTSP
/// cameras never answer, and an encoder pays dearly for every keyframe.
class Keyframes {
 public:
  static constexpr Duration kSpacing = 500ms;
  static constexpr Duration kLongestSpacing = 4s;
  /// An encoder that answers at all does so within this time.
  static constexpr Duration kAnswerTime = 400ms;

  void need() { needed_ = true; }
  /// A keyframe began to arrive.
  void arrived(Instant now);
  /// Whether requests have been answered so far: browsers do, cameras do not.
  [[nodiscard]] bool answers() const { return answered_ > 0; }
  /// A keyframe was asked for and did not come: the source does not listen.
  [[nodiscard]] bool unanswered(Instant now) const;
  /// True when a PLI is to be sent now; the caller sends it.
  bool due(Instant now);
  [[nodiscard]] std::optional<Instant> next_deadline() const;

 private:
  bool needed_ = false;
  std::optional<Instant> asked_at_;
  std::optional<Instant> waiting_since_;  // the first request that is still unanswered
  Duration spacing_ = kSpacing;
  int answered_ = 0;  // requests that were, less those that were not
};

}  // namespace classcast::relay
