// SPDX-License-Identifier: MIT
// Track: one track of a publisher as it arrives: what is cached of it, missing from it and known about it.
#pragma once

#include "base/clock.hpp"
#include "relay/frame_meter.hpp"
#include "relay/frame_run.hpp"
#include "relay/gaps.hpp"
#include "relay/gop_cache.hpp"
#include "relay/keyframes.hpp"
#include "relay/opus_clock.hpp"
#include "relay/packet_cache.hpp"
#include "relay/reception.hpp"
#include "rtc/negotiate.hpp"
#include "rtc/rtp.hpp"
#include "rtc/seq.hpp"

#include <cstdint>
#include <optional>

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
  [[nodiscard]] const PacketCache& cache() const { return cache_; }
  [[nodiscard]] const FrameMeter& meter() const { return meter_; }
  /// The first packet of a group of pictures that a new viewer may be given.
  [[nodiscard]] std::optional<std::int64_t> replay_start(Instant now) const {
    return gop_.start(cache_, now);
  }
  /// What waits for the rest of its frame before it goes to the viewers.
  FrameRun& run() { return run_; }
  [[nodiscard]] const FrameRun& run() const { return run_; }
  Gaps& gaps() { return gaps_; }
  Keyframes& keyframes() { return keyframes_; }
  Reception& reception() { return reception_; }
  [[nodiscard]] const Reception& reception() const { return reception_; }
  /// When a NACK, a keyframe request or what waits for the rest of its frame is due.
  [[nodiscard]] std::optional<Instant> next_deadline() const;
  /// The 16-bit number that the publisher knows a packet by.
  static std::uint16_t wire_seq(std::int64_t seq) { return static_cast<std::uint16_t>(seq); }

 private:
  void restart(rtc::Ssrc ssrc);

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
};

}  // namespace classcast::relay
