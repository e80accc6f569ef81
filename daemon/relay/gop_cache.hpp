// SPDX-License-Identifier: MIT
// GopCache: where in the PacketCache the newest keyframe begins, so that a new viewer sees a picture at once.
#pragma once

#include "relay/packet_cache.hpp"

#include <cstdint>
#include <optional>

namespace classcast::relay {

/// RTSP cameras do not answer PLI; a viewer that waited for their next keyframe would see nothing for
/// seconds.
class GopCache {
 public:
  /// A group of pictures older than `max_age` is not replayed.
  explicit GopCache(Duration max_age) : max_age_(max_age) {}

  /// Call for every packet in the order of arrival. True when the packet begins a keyframe.
  bool on_packet(const MediaPacket& packet);
  /// The first packet of the newest keyframe, if it is young enough and still in `cache`, and the source
  /// still sends.
  [[nodiscard]] std::optional<std::int64_t> start(const PacketCache& cache, Instant now) const;
  void clear() { start_.reset(); }

 private:
  /// Browsers ask for a keyframe after three seconds without a frame. The old picture, sent again, would be a
  /// new one to them, every three seconds: they would call a camera live that stands still.
  static constexpr Duration kStandsAfter = 2s;

  struct Start {
    std::int64_t seq;
    std::uint32_t timestamp;
    Instant arrival;
  };
  Duration max_age_;
  std::optional<Start> start_;
};

}  // namespace classcast::relay
