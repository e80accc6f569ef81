// SPDX-License-Identifier: MIT
#include "relay/frame_run.hpp"

#include <algorithm>

namespace classcast::relay {

void FrameRun::add(const MediaPacket& packet) {
  bool late = newest_ && packet.seq < *newest_;
  newest_ = std::max(packet.seq, newest_.value_or(packet.seq));
  packets_.push_back(packet);
  complete_ = framing_ == Framing::by_packet || packet.marker || late || packets_.full();
}

std::optional<Instant> FrameRun::deadline() const {
  if (packets_.empty()) return std::nullopt;
  return packets_[0].arrival + kMaxHold;
}

void FrameRun::clear() {
  packets_.clear();
  complete_ = false;
}

}  // namespace classcast::relay
