// SPDX-License-Identifier: MIT
#include "relay/forwarder.hpp"

#include "rtc/seq.hpp"

#include <algorithm>

namespace classcast::relay {

namespace {

constexpr std::uint16_t kLastEpoch = 0xffff;

std::uint32_t ticks(Duration time, std::uint32_t clock_rate) {
  return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(time).count() *
                                    clock_rate / 1'000'000);
}

/// Of the process' clock, never 0. It wraps after seven weeks, when nothing is left of what was sent then.
std::uint32_t milliseconds_of(Instant now) {
  auto whole = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  return static_cast<std::uint32_t>(whole) | 1U;
}

}  // namespace

Forwarder::Forwarder(const Options& options)
    : options_(options), next_seq_(options.first_seq), history_(options.history) {}

void Forwarder::source_changed(std::optional<Alignment> alignment) {
  started_ = false;
  alignment_ = alignment;
  former_seq_offset_ = seq_offset_;
  epoch_ = static_cast<std::uint16_t>(epoch_ == kLastEpoch ? 1 : epoch_ + 1);
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
  place(wire) = {.timestamp = timestamp, .seq = wire, .epoch = epoch_};
  next_seq_ = std::max(next_seq_, seq + 1);
  if (!newest_timestamp_ || rtc::serial_after(timestamp, *newest_timestamp_)) {
    newest_timestamp_ = timestamp;
    newest_sent_ = now;
  }
  return {wire, timestamp};
}

const Forwarder::Entry* Forwarder::find(std::uint16_t seq) const {
  const auto& entry = history_[seq & (history_.size() - 1)];
  auto former = static_cast<std::uint16_t>(epoch_ == 1 ? kLastEpoch : epoch_ - 1);
  auto known = entry.epoch != 0 && (entry.epoch == epoch_ || entry.epoch == former);
  return known && entry.seq == seq ? &entry : nullptr;
}

Forwarder::Sent Forwarder::sent(const Entry& entry) const {
  auto newest = next_seq_ - 1;
  auto ours = newest + rtc::serial_distance(entry.seq, static_cast<std::uint16_t>(newest));
  auto former = entry.epoch != epoch_;
  Extras extras{entry.transport_seq, entry.told_playout != 0, entry.playout_min};
  return {ours - (former ? former_seq_offset_ : seq_offset_), entry.timestamp, extras, former};
}

std::optional<Forwarder::Sent> Forwarder::resend(std::uint16_t seq, Instant now, Duration quiet) {
  const auto* found = find(seq);
  if (found == nullptr) return std::nullopt;
  auto at = milliseconds_of(now);
  auto since = std::chrono::milliseconds(at - found->resent_ms);
  if (found->resent_ms != 0 && since < quiet) return std::nullopt;
  place(seq).resent_ms = at;
  return sent(*found);
}

std::optional<Forwarder::Sent> Forwarder::recall(std::uint16_t seq) const {
  const auto* found = find(seq);
  return found == nullptr ? std::nullopt : std::optional(sent(*found));
}

void Forwarder::sent_as(std::uint16_t seq, const Extras& extras) {
  constexpr std::uint16_t kBits = 0xfff;
  auto& entry = place(seq);
  entry.transport_seq = extras.transport_seq;
  entry.told_playout = extras.told_playout ? 1 : 0;
  entry.playout_min = extras.playout_min & kBits;
}

std::optional<std::uint16_t> Forwarder::newest_seq() const {
  if (!newest_timestamp_) return std::nullopt;
  return static_cast<std::uint16_t>(next_seq_ - 1);
}

}  // namespace classcast::relay
