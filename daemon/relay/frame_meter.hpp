// SPDX-License-Identifier: MIT
// FrameMeter: counts the frames, keyframes, packets and bits of one track, for the room's status.
#pragma once

#include "base/clock.hpp"
#include "relay/packet_cache.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace classcast::relay {

/// How a track's frames are told apart.
enum class Framing { by_marker, by_packet };

class FrameMeter {
 public:
  explicit FrameMeter(Framing framing) : framing_(framing) {}

  /// Call in the order of arrival. A video frame counts when its marker bit comes or a newer timestamp does.
  void on_packet(const MediaPacket& packet, bool starts_keyframe);

  [[nodiscard]] std::int64_t packets() const { return packets_; }
  [[nodiscard]] std::int64_t frames() const { return frames_; }
  [[nodiscard]] std::int64_t keyframes() const { return keyframes_; }
  /// When the newest frame was complete.
  [[nodiscard]] std::optional<Instant> last() const { return last_; }
  /// Payload bits per second over the last whole seconds.
  [[nodiscard]] std::int64_t bitrate_bps(Instant now) const;

 private:
  static constexpr std::size_t kBuckets = 4;  // seconds; the newest is still filling
  struct Bucket {
    std::int64_t second = -1;
    std::int64_t bytes = 0;
  };
  void complete(Instant now);
  void count_bytes(std::size_t bytes, Instant now);

  Framing framing_;
  std::int64_t packets_ = 0;
  std::int64_t frames_ = 0;
  std::int64_t keyframes_ = 0;
  std::optional<Instant> last_;
  std::optional<std::uint32_t> current_;  // timestamp of the newest frame
  bool counted_ = false;                  // the newest frame has been counted
  std::optional<std::int64_t> first_second_;
  std::array<Bucket, kBuckets> buckets_{};
};

}  // namespace classcast::relay
