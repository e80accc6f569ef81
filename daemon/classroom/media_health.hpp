// SPDX-License-Identifier: MIT
// MediaHealth: whether media go through this program as they should, for the service manager's watchdog. A
// fault outside (camera, sound server, network) is never its business: those heal by themselves.
#pragma once

#include "base/clock.hpp"

#include <cstdint>

namespace classcast::classroom {

struct MediaProgress {
  std::uint64_t sent = 0;     ///< frames handed to the uplink
  std::uint64_t packets = 0;  ///< that came out of it
  bool live = false;          ///< the uplink is connected and not paused
};

class MediaHealth {
 public:
  static constexpr Duration kLimit = 20s;

  /// False when frames have gone into a live uplink for `kLimit` and no packet came out.
  bool update(const MediaProgress& progress, Instant at) {
    const bool fed = progress.sent != sent_;
    const bool came = progress.packets != packets_;
    sent_ = progress.sent;
    packets_ = progress.packets;
    if (!stuck_ && fed) stuck_at_ = at;
    stuck_ = progress.live && !came && (fed || stuck_);
    return !stuck_ || at - stuck_at_ < kLimit;
  }

 private:
  std::uint64_t sent_ = 0;
  std::uint64_t packets_ = 0;
  bool stuck_ = false;
  Instant stuck_at_;
};

}  // namespace classcast::classroom
