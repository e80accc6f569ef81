// SPDX-License-Identifier: MIT
#include "relay/packet_cache.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace classcast::relay {

PacketCache::PacketCache(std::size_t max_bytes, std::size_t max_packets)
    : capacity_(max_bytes),
      memory_(std::make_unique_for_overwrite<std::uint8_t[]>(max_bytes)),
      slots_(std::bit_ceil(max_packets)) {}

Bytes PacketCache::store(const MediaPacket& packet) {
  auto size = packet.payload.size();
  if (size > capacity_ || size > std::numeric_limits<std::uint16_t>::max() || packet.seq < 0) return {};
  auto at = written_ % capacity_;
  if (at + size > capacity_) {  // a payload is never split: skip the tail of the memory
    written_ += capacity_ - at;
    at = 0;
  }
  std::copy(packet.payload.begin(), packet.payload.end(), memory_.get() + at);
  slots_[index(packet.seq)] = {
      packet.seq,    written_,       packet.arrival, packet.timestamp, static_cast<std::uint16_t>(size),
      packet.marker, packet.keyframe};
  written_ += size;
  newest_ = std::max(packet.seq, newest_.value_or(packet.seq));
  return {memory_.get() + at, size};
}

std::optional<MediaPacket> PacketCache::find(std::int64_t seq) const {
  if (seq < 0) return std::nullopt;
  const auto& slot = slots_[index(seq)];
  if (slot.seq != seq || slot.offset + capacity_ < written_) return std::nullopt;
  Bytes payload(memory_.get() + slot.offset % capacity_, slot.size);
  return MediaPacket{slot.seq, slot.timestamp, slot.marker, slot.keyframe, slot.arrival, payload};
}

void PacketCache::clear() {
  std::fill(slots_.begin(), slots_.end(), Slot{});
  newest_.reset();
}

}  // namespace classcast::relay
