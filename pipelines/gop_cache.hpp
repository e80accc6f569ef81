// SPDX-License-Identifier: MIT
// GopCache: the frames since the last keyframe, so that a new uplink starts with a picture at once.
#pragma once

#include "base/clock.hpp"
#include "pipelines/gst.hpp"

#include <cstddef>
#include <vector>

namespace classcast::pipelines {

/// An encoded frame and the time of its capture.
struct Frame {
  Ref<GstBuffer> buffer;
  Instant time;
  bool keyframe = false;
};

class GopCache {
 public:
  /// A group of pictures beyond these is not kept at all: with a gap it could not be decoded.
  static constexpr std::size_t kMaxBytes = 8 << 20;
  static constexpr Duration kMaxLength = 12s;
  /// Two ticks of RTP's 90 kHz clock: nearer frames would share a timestamp.
  static constexpr Duration kNearest = 23us;

  void add(const Frame& frame);
  void clear();

  /// The frames, their times squeezed to at most one millisecond apart, so that they end at the newest
  /// frame's own time and the receiver catches up at once. None lies at or before `after`, the newest one
  /// sent so far.
  [[nodiscard]] std::vector<Frame> replay(Instant after = Instant::min()) const;
  [[nodiscard]] std::size_t size() const { return frames_.size(); }

 private:
  std::vector<Frame> frames_;
  std::size_t bytes_ = 0;
};

}  // namespace classcast::pipelines
