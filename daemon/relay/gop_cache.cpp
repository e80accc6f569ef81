// SPDX-License-Identifier: MIT
#include "relay/gop_cache.hpp"

namespace classcast::relay {

bool GopCache::on_packet(const MediaPacket& packet) {
  if (!packet.keyframe) return false;
  if (start_ && packet.timestamp == start_->timestamp) {
    // SPS, PPS and slices of one picture share a timestamp; the earliest of them is where decoding begins.
    if (packet.seq < start_->seq) start_->seq = packet.seq;
    return false;
  }
  if (start_ && packet.seq < start_->seq) return false;
  start_ = Start{packet.seq, packet.timestamp, packet.arrival};
  return true;
}

std::optional<std::int64_t> GopCache::start(const PacketCache& cache, Instant now) const {
  if (!start_ || now - start_->arrival > max_age_ || !cache.find(start_->seq)) return std::nullopt;
  const auto newest = cache.find(cache.newest().value_or(start_->seq));
  if (!newest || now - newest->arrival > kStandsAfter) return std::nullopt;
  return start_->seq;
}

}  // namespace classcast::relay
