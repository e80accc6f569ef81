// SPDX-License-Identifier: MIT
#include "pipelines/gop_cache.hpp"

#include <algorithm>

namespace classcast::pipelines {

void GopCache::add(const Frame& frame) {
  if (frame.keyframe) clear();
  if (!frame.keyframe && frames_.empty()) return;
  bytes_ += gst_buffer_get_size(frame.buffer.get());
  frames_.push_back(frame);
  if (bytes_ > kMaxBytes || frame.time - frames_.front().time > kMaxLength) clear();
}

void GopCache::clear() {
  frames_.clear();
  bytes_ = 0;
}

std::vector<Frame> GopCache::replay(Instant after) const {
  if (frames_.empty()) return {};
  auto frames = frames_;
  const auto gaps = static_cast<std::int64_t>(frames.size()) - 1;
  auto time = std::max(frames.back().time - gaps * 1ms, after == Instant::min() ? after : after + kNearest);
  const auto step = gaps == 0 ? kNearest : std::max<Duration>((frames.back().time - time) / gaps, kNearest);
  for (auto& frame : frames) {
    frame.time = time;
    time += step;
  }
  return frames;
}

}  // namespace classcast::pipelines
