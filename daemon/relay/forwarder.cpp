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

void Forwarder::source_changed(std::optional<Alignment> alignment) {
  started_ = false;
  alignment_ = alignment;
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
  if (alignment_ && newest_timestamp_) return place_frame(packet.timestamp);
  timestamp_offset_ = next_timestamp(now) - packet.timestamp;
}

/// A frame's place: where the alignment puts it, or a step behind the newest while that is still ahead.
void Forwarder::place_frame(std::uint32_t timestamp) {
  auto step = alignment_ ? alignment_->step : ticks(kReplayStep, options_.clock_rate);
  timestamp_offset_ = *newest_timestamp_ + step - timestamp;
  if (alignment_ && rtc::serial_after(timestamp + alignment_->offset, *newest_timestamp_)) {
    timestamp_offset_ = alignment_->offset;
  }
}

std::optional<Rewritten> Forwarder::take(const MediaPacket& packet, Instant now, Pace pace) {
  if (!started_) {
    if (options_.gate == Gate::keyframe && !packet.keyframe) return std::nullopt;
    start(packet, now);
  } else if (packet.seq < first_source_seq_) {
    return std::nullopt;
  } else if (pace == Pace::squeezed && packet.timestamp != replayed_) {
    place_frame(packet.timestamp);
  }
  if (pace == Pace::squeezed) {
    replayed_ = packet.timestamp;
    // What fills a hole behind this point would get the mapping of a later frame: it is not forwarded.
    first_source_seq_ = packet.seq + 1;
  }
  return record(packet, packet.timestamp + timestamp_offset_, now);
}

std::optional<Rewritten> Forwarder::forward(const MediaPacket& packet, Instant now) {
  auto sent = take(packet, now, alignment_ ? Pace::squeezed : Pace::live);
  if (sent && alignment_ && timestamp_offset_ == alignment_->offset) alignment_.reset();
  return sent;
}

std::optional<Rewritten> Forwarder::replay(const MediaPacket& packet, Instant now) {
  return take(packet, now, Pace::squeezed);
}

Rewritten Forwarder::record(const MediaPacket& packet, std::uint32_t timestamp, Instant now) {
  auto seq = packet.seq + seq_offset_;
  auto wire = static_cast<std::uint16_t>(seq);
  history_[wire % kHistory] = {packet.seq, Instant{}, timestamp, wire, epoch_, {}};
  next_seq_ = std::max(next_seq_, seq + 1);
  if (!newest_timestamp_ || rtc::serial_after(timestamp, *newest_timestamp_)) {
    newest_timestamp_ = timestamp;
    newest_sent_ = now;
  }
  return {wire, timestamp};
}

const Forwarder::Entry* Forwarder::find(std::uint16_t seq) const {
  const auto& entry = history_[seq % kHistory];
  auto age = static_cast<std::uint16_t>(epoch_ - entry.epoch);
  return entry.source_seq >= 0 && entry.seq == seq && age <= 1 ? &entry : nullptr;
}

Forwarder::Sent Forwarder::sent(const Entry& entry) const {
  return {entry.source_seq, entry.timestamp, entry.extras, entry.epoch != epoch_};
}

std::optional<Forwarder::Sent> Forwarder::resend(std::uint16_t seq, Instant now, Duration quiet) {
  const auto* found = find(seq);
  if (found == nullptr || now - found->resent_at < quiet) return std::nullopt;
  history_[seq % kHistory].resent_at = now;
  return sent(*found);
}

std::optional<Forwarder::Sent> Forwarder::recall(std::uint16_t seq) const {
  const auto* found = find(seq);
  return found == nullptr ? std::nullopt : std::optional(sent(*found));
}

void Forwarder::sent_as(std::uint16_t seq, const Extras& extras) {
  history_[seq % kHistory].extras = extras;
}

std::optional<std::uint16_t> Forwarder::newest_seq() const {
  if (!newest_timestamp_) return std::nullopt;
  return static_cast<std::uint16_t>(next_seq_ - 1);
}

}  // namespace classcast::relay
