// SPDX-License-Identifier: MIT
#include "relay/frame_meter.hpp"

#include "rtc/seq.hpp"

#include <algorithm>

namespace classcast::relay {

namespace {

constexpr std::int64_t kBitsPerByte = 8;

std::int64_t second_of(Instant at) {
  return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
}

}  // namespace

void FrameMeter::on_packet(const MediaPacket& packet, bool starts_keyframe) {
  ++packets_;
  keyframes_ += starts_keyframe ? 1 : 0;
  count_bytes(packet.payload.size(), packet.arrival);
  if (framing_ == Framing::by_packet) return complete(packet.arrival);
  if (!current_ || rtc::serial_after(packet.timestamp, *current_)) {
    if (current_ && !counted_) complete(packet.arrival);
    current_ = packet.timestamp;
    counted_ = false;
  }
  if (packet.marker && packet.timestamp == *current_ && !counted_) {
    counted_ = true;
    complete(packet.arrival);
  }
}

void FrameMeter::complete(Instant now) {
  ++frames_;
  last_ = now;
}

void FrameMeter::count_bytes(std::size_t bytes, Instant now) {
  auto second = second_of(now);
  if (!first_second_) first_second_ = second;
  auto& bucket = buckets_[static_cast<std::size_t>(second) % kBuckets];
  if (bucket.second != second) bucket = {second, 0};
  bucket.bytes += static_cast<std::int64_t>(bytes);
}

std::int64_t FrameMeter::bitrate_bps(Instant now) const {
  if (!first_second_) return 0;
  auto second = second_of(now);
  auto whole = std::clamp<std::int64_t>(second - *first_second_, 1, kBuckets - 1);
  std::int64_t bytes = 0;
  for (const auto& bucket : buckets_) {
    if (bucket.second < second && bucket.second >= second - whole) bytes += bucket.bytes;
  }
  return bytes * kBitsPerByte / whole;
}

}  // namespace classcast::relay
