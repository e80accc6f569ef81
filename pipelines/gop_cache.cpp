// SPDX-License-Identifier: MIT
#include "pipelines/gop_cache.hpp"

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

std::vector<Frame> GopCache::replay(Instant at, Duration max_age) const {
  if (frames_.empty() || at - frames_.back().time > max_age) return {};
  auto frames = frames_;
  auto time = frames.back().time;
  for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame, time -= 1ms) frame->time = time;
  return frames;
}

}  // namespace classcast::pipelines
