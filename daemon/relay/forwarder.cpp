// SPDX-License-Identifier: MIT
#include "relay/forwarder.hpp"

#include "rtc/seq.hpp"

#include <algorithm>

namespace classcast::relay {

namespace {

std::uint32_t ticks(Duration time, std::uint32_t clock_rate) {
  return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(time).count() *
                                    clock_rate / 1'000'000);
}

}  // namespace

Forwarder::Forwarder(const Options& options)
    : options_(options), next_seq_(options.first_seq), history_(kHistory) {}

void Forwarder::source_changed() {
  started_ = false;
  ++epoch_;
}

std::uint32_t Forwarder::next_timestamp(Instant now) const {
  if (!newest_timestamp_) return options_.first_timestamp;
  auto passed = ticks(std::max<Duration>(now - newest_sent_, kReplayStep), options_.clock_rate);
  return *newest_timestamp_ + passed;
}

void Forwarder::start(const MediaPacket& packet, Instant now) {
  started_ = true;
  first_source_seq_ = packet.seq;
  seq_offset_ = next_seq_ - packet.seq;
  timestamp_offset_ = next_timestamp(now) - packet.timestamp;
}

std::optional<Rewritten> Forwarder::forward(const MediaPacket& packet, Instant now) {
  if (!started_) {
    if (options_.gate == Gate::keyframe && !packet.keyframe) return std::nullopt;
    start(packet, now);
  }
  if (packet.seq < first_source_seq_) return std::nullopt;
  return record(packet, map_timestamp(packet.timestamp), now);
}

std::optional<Rewritten> Forwarder::replay(const MediaPacket& packet, Instant now) {
  if (!started_) {
    if (options_.gate == Gate::keyframe && !packet.keyframe) return std::nullopt;
    start(packet, now);
  } else if (packet.timestamp != replayed_) {
    timestamp_offset_ = *newest_timestamp_ + ticks(kReplayStep, options_.clock_rate) - packet.timestamp;
  }
  replayed_ = packet.timestamp;
  // What fills a hole behind this point would get the mapping of a later frame: it is not forwarded.
  first_source_seq_ = packet.seq + 1;
  return record(packet, map_timestamp(packet.timestamp), now);
}

Rewritten Forwarder::record(const MediaPacket& packet, std::uint32_t timestamp, Instant now) {
  auto seq = packet.seq + seq_offset_;
  auto wire = static_cast<std::uint16_t>(seq);
  history_[wire % kHistory] = {packet.seq, Instant{}, timestamp, wire, epoch_};
  next_seq_ = std::max(next_seq_, seq + 1);
  if (!newest_timestamp_ || rtc::serial_after(timestamp, *newest_timestamp_)) {
    newest_timestamp_ = timestamp;
    newest_sent_ = now;
  }
  return {wire, timestamp};
}

std::optional<Forwarder::Sent> Forwarder::resend(std::uint16_t seq, Instant now, Duration quiet) {
  auto& entry = history_[seq % kHistory];
  if (entry.source_seq < 0 || entry.seq != seq || entry.epoch != epoch_) return std::nullopt;
  if (now - entry.resent_at < quiet) return std::nullopt;
  entry.resent_at = now;
  return Sent{entry.source_seq, entry.timestamp};
}

}  // namespace classcast::relay
