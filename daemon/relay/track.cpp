// SPDX-License-Identifier: MIT
#include "relay/track.hpp"

#include <algorithm>

namespace classcast::relay {

namespace {

// Above every number that a packet older than the first one could unwrap to.
constexpr std::int64_t kFirstBase = 1 << 17;

bool is_video(const rtc::PublishTrack& track) {
  return track.kind == rtc::MediaKind::video;
}

Framing framing(const rtc::PublishTrack& track) {
  return is_video(track) ? Framing::by_marker : Framing::by_packet;
}

}  // namespace

Track::Track(const rtc::PublishTrack& negotiated, const CacheLimits& limits)
    : negotiated_(negotiated),
      base_(kFirstBase),
      cache_(is_video(negotiated) ? limits.video_bytes : limits.audio_bytes,
             is_video(negotiated) ? limits.video_packets : limits.audio_packets),
      gop_(limits.gop_age),
      meter_(framing(negotiated)),
      run_(framing(negotiated)),
      reception_(negotiated.codec.clock_rate) {}

void Track::restart(rtc::Ssrc ssrc) {
  if (ssrc_) {
    base_ = cache_.newest().value_or(base_) + kFirstBase;
    reception_ = Reception(negotiated_.codec.clock_rate);
  }
  ssrc_ = ssrc;
  unwrapper_.reset();
  gop_.clear();
  gaps_.clear();
  keyframe_at_.reset();
  keyframe_distance_.reset();
  opus_ = OpusClock();
}

std::optional<Instant> Track::next_deadline() const {
  std::optional<Instant> at;
  for (auto other : {gaps_.next_deadline(), keyframes_.next_deadline(), run_.deadline()}) {
    if (other) at = std::min(*other, at.value_or(*other));
  }
  return at;
}

std::string_view Track::rid() const {
  return negotiated_.rids.empty() ? std::string_view() : negotiated_.rids.front();
}

std::uint64_t Track::rate_bps(Instant now) const {
  // RTP, SRTP, UDP and IP take some 60 octets of each packet.
  constexpr double kOverhead = 1.06;
  auto measured = demand_.paused() ? 0 : meter_.bitrate_bps(now);
  if (measured > 0) known_bps_ = static_cast<std::uint64_t>(static_cast<double>(measured) * kOverhead);
  return known_bps_;
}

Track::Replay Track::replay_cost(std::int64_t start) const {
  Replay cost;
  std::optional<std::uint32_t> frame;
  for (auto seq = start; seq <= cache_.newest().value_or(-1); ++seq) {
    auto packet = cache_.find(seq);
    if (!packet) continue;
    cost.bytes += packet->payload.size();
    if (frame != packet->timestamp) ++cost.frames;
    frame = packet->timestamp;
  }
  return cost;
}

void Track::on_keyframe(Instant now) {
  if (keyframe_at_) keyframe_distance_ = now - *keyframe_at_;
  keyframe_at_ = now;
  keyframes_.arrived(now);
}

std::optional<Duration> Track::keyframe_wait(Instant now) const {
  if (!keyframe_distance_) return std::nullopt;
  auto left = *keyframe_at_ + *keyframe_distance_ - now;
  // Late already: the rhythm has changed.
  return left < Duration(0) ? std::nullopt : std::optional<Duration>(left);
}

std::optional<MediaPacket> Track::on_packet(const rtc::RtpPacket& packet, Instant now) {
  if (!ssrc_ || *ssrc_ != packet.ssrc()) restart(packet.ssrc());
  auto payload = packet.payload();
  MediaPacket media{.seq = base_ + unwrapper_.unwrap(packet.seq()),
                    .timestamp = packet.timestamp(),
                    .marker = packet.marker(),
                    .arrival = now,
                    .payload = payload};
  gaps_.on_packet(media.seq, now);
  if (cache_.find(media.seq)) return std::nullopt;
  reception_.on_packet(media.seq, media.timestamp, now);
  if (negotiated_.codec.kind == rtc::CodecKind::opus) {
    media.timestamp = opus_.regular(media.seq, media.timestamp, payload);
  }
  media.keyframe =
      is_video(negotiated_) && !payload.empty() && rtc::starts_keyframe(negotiated_.codec.kind, payload);
  media.payload = cache_.store(media);
  auto keyframe = gop_.on_packet(media);
  if (keyframe) on_keyframe(now);
  if (media.keyframe) {
    if (auto size = rtc::picture_size(negotiated_.codec.kind, payload)) picture_ = size;
  }
  if (!payload.empty()) demand_.on_media(now);
  if (!payload.empty()) meter_.on_packet(media, keyframe);
  return media;
}

}  // namespace classcast::relay
