// SPDX-License-Identifier: MIT
// PacketCache: the newest packets of one track in a fixed amount of memory, found by sequence number.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace classcast::relay {

/// An RTP packet of a publisher's track. `payload` lies in the track's cache, until newer packets overwrite
/// it.
struct MediaPacket {
  std::int64_t seq = 0;  ///< extended: never wraps (rtc sequence numbers are 16 bits)
  std::uint32_t timestamp = 0;
  bool marker = false;
  bool keyframe = false;  ///< this packet begins or belongs to the head of a keyframe
  Instant arrival{};
  Bytes payload;
};

/// Answers NACKs and holds the group of pictures for new viewers. Storing overwrites the oldest packets; it
/// neither allocates nor moves.
class PacketCache {
 public:
  /// `max_packets` is rounded up to a power of two. Memory is touched only as it fills.
  PacketCache(std::size_t max_bytes, std::size_t max_packets);

  /// Returns where the payload lies now, until newer packets overwrite it; empty, and nothing is stored, when
  /// the packet is larger than the cache.
  Bytes store(const MediaPacket& packet);
  /// nullopt when it never came or was overwritten.
  [[nodiscard]] std::optional<MediaPacket> find(std::int64_t seq) const;
  /// The highest sequence number stored so far.
  [[nodiscard]] std::optional<std::int64_t> newest() const { return newest_; }
  void clear();

 private:
  struct Slot {
    std::int64_t seq = -1;
    std::uint64_t offset = 0;  // position in the endless stream of bytes, of which memory_ holds the tail
    Instant arrival{};
    std::uint32_t timestamp = 0;
    std::uint16_t size = 0;
    bool marker = false;
    bool keyframe = false;
  };
  [[nodiscard]] std::size_t index(std::int64_t seq) const {
    return static_cast<std::size_t>(seq) & (slots_.size() - 1);
  }

  std::size_t capacity_;
  std::unique_ptr<std::uint8_t[]> memory_;
  std::vector<Slot> slots_;
  std::uint64_t written_ = 0;
  std::optional<std::int64_t> newest_;
};

}  // namespace classcast::relay
