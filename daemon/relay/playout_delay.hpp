// SPDX-License-Identifier: MIT
// PlayoutDelay: how long a viewer is asked to hold a frame, so that what is lost on the way can be sent twice
// more before it is missed.
#pragma once

#include "base/clock.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace classcast::relay {

/// A path that loses nothing costs no delay. On one that does, a lost packet is there again after a round
/// trip, and after two when its repetition (or the request for it) is lost as well; a browser that holds
/// frames for so long does not stop. It is told by a header extension
/// (http://www.webrtc.org/experiments/rtp-hdrext/playout-delay), from the first loss on.
class PlayoutDelay {
 public:
  static constexpr Duration kUnit = 10ms;
  static constexpr Duration kLongest = 600ms;
  /// Less than this is repaired before anybody notices.
  static constexpr double kLoss = 0.005;

  /// One receiver report: the part that was lost, and the round trip if it is known.
  void on_report(double loss, std::optional<Duration> round_trip) {
    constexpr double kGain = 0.25;
    constexpr double kRoundTrips = 2.5;
    constexpr Duration kSlack = 60ms;
    loss_ += kGain * (loss - loss_);
    if (!round_trip) return;
    auto hold = std::chrono::duration_cast<Duration>(*round_trip * kRoundTrips) + kSlack;
    auto wanted = loss_ > kLoss ? std::min(hold, kLongest) : Duration(0);
    // Up at once, down only when the path has been clean: every change makes the picture stutter.
    if (wanted > delay_ + kSlack || wanted == Duration(0)) delay_ = wanted;
    told_ = told_ || delay_ > Duration(0);
  }
  /// What the extension is to say; nullopt while there never was a reason to say anything.
  [[nodiscard]] std::optional<std::uint16_t> units() const {
    return told_ ? std::optional(static_cast<std::uint16_t>(delay_ / kUnit)) : std::nullopt;
  }

 private:
  double loss_ = 0;
  Duration delay_{};
  bool told_ = false;
};

}  // namespace classcast::relay
