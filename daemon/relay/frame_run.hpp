// SPDX-License-Identifier: MIT
// FrameRun: packets of one track on their way to the viewers; a viewer gets a frame in one go, which the
// kernel takes in one call (UDP GSO).
#pragma once

#include "relay/frame_meter.hpp"
#include "relay/packet_cache.hpp"
#include "rtc/bounded.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace classcast::relay {

/// Packets that go out together; their payloads lie in the track's cache.
using MediaRun = std::span<const MediaPacket>;

/// A decoder begins with a frame when its last packet is there, so those before it lose nothing by waiting.
class FrameRun {
 public:
  /// As many as one call may carry (UDP_MAX_SEGMENTS of linux/udp.h is 64), and few enough for their payloads
  /// to stay in the smallest cache.
  static constexpr std::size_t kMaxPackets = 64;
  /// When the rest of a frame does not come (or is paced), what there is goes out after this.
  static constexpr Duration kMaxHold = 1ms;

  explicit FrameRun(Framing framing) : framing_(framing) {}

  /// Only while complete() is false.
  void add(const MediaPacket& packet);
  /// The run is to go out now: its frame is whole, it is full, or somebody waits for a repaired packet.
  [[nodiscard]] bool complete() const { return complete_; }
  /// When an incomplete run is to go out; nullopt when nothing is held.
  [[nodiscard]] std::optional<Instant> deadline() const;
  [[nodiscard]] MediaRun packets() const { return {packets_.begin(), packets_.size()}; }
  void clear();

 private:
  Framing framing_;
  bool complete_ = false;
  std::optional<std::int64_t> newest_;
  rtc::Bounded<MediaPacket, kMaxPackets> packets_;
};

}  // namespace classcast::relay
