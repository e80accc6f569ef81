// SPDX-License-Identifier: MIT
// Track: one track of a publisher as it arrives: what is cached of it, missing from it and known about it.
#pragma once

#include "base/clock.hpp"
#include "relay/demand.hpp"
#include "relay/frame_meter.hpp"
#include "relay/frame_run.hpp"
#include "relay/gaps.hpp"
#include "relay/gop_cache.hpp"
#include "relay/keyframes.hpp"
#include "relay/opus_clock.hpp"
#include "relay/packet_cache.hpp"
#include "relay/reception.hpp"
#include "rtc/negotiate.hpp"
#include "rtc/picture_size.hpp"
#include "rtc/rtp.hpp"
#include "rtc/seq.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace classcast::relay {

/// How much of each track is kept; memory per room is bounded by it.
struct CacheLimits {
  std::size_t video_bytes = 4 << 20;
  std::size_t video_packets = 4096;
  std::size_t audio_bytes = 64 << 10;
  std::size_t audio_packets = 256;
  Duration gop_age = 12s;
};

class Track {
 public:
  Track(const rtc::PublishTrack& negotiated, const CacheLimits& limits);

  /// Takes a packet in; nullopt when it is a repetition. What it returns points into the cache.
  std::optional<MediaPacket> on_packet(const rtc::RtpPacket& packet, Instant now);

  [[nodiscard]] rtc::MediaKind kind() const { return negotiated_.kind; }
  [[nodiscard]] const rtc::PublishTrack& negotiated() const { return negotiated_; }
  /// The SSRC that the track's packets carry, once known.
  [[nodiscard]] std::optional<rtc::Ssrc> ssrc() const { return ssrc_; }
  /// The same, or the one that the offer announced.
  [[nodiscard]] std::optional<rtc::Ssrc> expected_ssrc() const { return ssrc_ ? ssrc_ : negotiated_.ssrc; }
  /// The encoding's name in a simulcast, empty without.
  [[nodiscard]] std::string_view rid() const;
  /// Of the newest keyframe that told it.
  [[nodiscard]] const std::optional<rtc::PictureSize>& picture() const { return picture_; }
  /// What the track takes on the wire; while it is paused, what it took before. 0 while unknown.
  [[nodiscard]] std::uint64_t rate_bps(Instant now) const;
  [[nodiscard]] const PacketCache& cache() const { return cache_; }
  [[nodiscard]] const FrameMeter& meter() const { return meter_; }
  /// The first packet of a group of pictures that a new viewer may be given.
  [[nodiscard]] std::optional<std::int64_t> replay_start(Instant now) const {
    return demand_.flowing() ? gop_.start(cache_, now) : std::nullopt;
  }
  /// What waits for the rest of its frame before it goes to the viewers.
  FrameRun& run() { return run_; }
  [[nodiscard]] const FrameRun& run() const { return run_; }
  /// What is needed to replay from there, in octets and in frames.
  struct Replay {
    std::uint64_t bytes = 0;
    std::uint32_t frames = 0;
  };
  [[nodiscard]] Replay replay_cost(std::int64_t start) const;
  /// How long until the next keyframe comes by itself; nullopt when the source has shown no rhythm.
  [[nodiscard]] std::optional<Duration> keyframe_wait(Instant now) const;
  Gaps& gaps() { return gaps_; }
  Demand& demand() { return demand_; }
  [[nodiscard]] const Demand& demand() const { return demand_; }
  Keyframes& keyframes() { return keyframes_; }
  Reception& reception() { return reception_; }
  [[nodiscard]] const Reception& reception() const { return reception_; }
  /// When a NACK, a keyframe request or what waits for the rest of its frame is due.
  [[nodiscard]] std::optional<Instant> next_deadline() const;
  /// The 16-bit number that the publisher knows a packet by.
  static std::uint16_t wire_seq(std::int64_t seq) { return static_cast<std::uint16_t>(seq); }

 private:
  void restart(rtc::Ssrc ssrc);
  void on_keyframe(Instant now);

  rtc::PublishTrack negotiated_;
  std::optional<rtc::Ssrc> ssrc_;
  rtc::SeqUnwrapper unwrapper_;
  std::int64_t base_;  // keeps extended numbers above those of an earlier SSRC, and positive
  PacketCache cache_;
  GopCache gop_;
  Gaps gaps_;
  Keyframes keyframes_;
  FrameMeter meter_;
  FrameRun run_;
  Reception reception_;
  OpusClock opus_;
  Demand demand_;
  std::optional<rtc::PictureSize> picture_;
  std::optional<Instant> keyframe_at_;
  std::optional<Duration> keyframe_distance_;
  mutable std::uint64_t known_bps_ = 0;
};

}  // namespace classcast::relay
