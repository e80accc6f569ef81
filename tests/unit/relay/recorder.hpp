// SPDX-License-Identifier: MIT
// Recorder: an Outlet that keeps what a publisher or viewer would have been sent; and RTP to feed them with.
#pragma once

#include "relay/outlet.hpp"
#include "relay/publisher.hpp"
#include "relay/viewer.hpp"
#include "rtc/rtp.hpp"

#include <array>
#include <optional>
#include <vector>

namespace classcast::relay::testing {

class Recorder final : public Outlet {
 public:
  struct Rtp {
    std::uint8_t pt;
    std::uint16_t seq;
    std::uint32_t timestamp;
    std::uint32_t ssrc;
    bool marker;
    Buffer payload;
  };
  MutableBytes space() override { return space_; }
  bool send_rtp(MutableBytes buffer, std::size_t size, Instant) override {
    auto packet = rtc::RtpPacket::parse(buffer.first(size));
    if (!packet) return false;
    rtp.push_back({packet->payload_type(),
                   packet->seq(),
                   packet->timestamp(),
                   packet->ssrc().value,
                   packet->marker(),
                   {packet->payload().begin(), packet->payload().end()}});
    return true;
  }
  bool send_rtcp(MutableBytes buffer, std::size_t size, Instant) override {
    rtcp.emplace_back(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size));
    return true;
  }
  [[nodiscard]] std::vector<Rtp> of(std::uint32_t ssrc) const {
    std::vector<Rtp> found;
    for (const auto& packet : rtp) {
      if (packet.ssrc == ssrc) found.push_back(packet);
    }
    return found;
  }
  /// The packets of one RTCP type, parsed.
  template <typename Packet>
  [[nodiscard]] std::vector<Packet> parsed(rtc::rtcp::Type type,
                                           std::optional<std::uint8_t> count = {}) const {
    std::vector<Packet> found;
    for (const auto& compound : rtcp) {
      rtc::rtcp::Compound packets(compound);
      while (auto packet = packets.next()) {
        if (packet->type != type || (count && packet->count != *count)) continue;
        if (auto whole = Packet::parse(*packet)) found.push_back(*whole);
      }
    }
    return found;
  }

  std::vector<Rtp> rtp;
  std::vector<Buffer> rtcp;

 private:
  std::array<std::uint8_t, rtc::kMaxDatagram> space_{};
};

/// One RTCP packet as a compound.
template <typename Packet>
Buffer compound(const Packet& packet) {
  Buffer buffer(1500);
  Writer writer(buffer);
  packet.write(writer);
  buffer.resize(writer.size());
  return buffer;
}

inline constexpr std::uint32_t kSourceVideo = 1111;
inline constexpr std::uint32_t kSourceAudio = 2222;
inline constexpr std::uint32_t kViewerVideo = 0x10000001;
inline constexpr std::uint32_t kViewerAudio = 0x10000002;
inline constexpr std::uint32_t kViewerRtx = 0x10000003;
inline constexpr std::uint8_t kSourceVideoPt = 96;
inline constexpr std::uint8_t kSourceAudioPt = 97;
inline constexpr std::uint8_t kViewerVideoPt = 102;
inline constexpr std::uint8_t kViewerAudioPt = 111;
inline constexpr std::uint8_t kViewerRtxPt = 103;

inline rtc::CodecParameters h264() {
  return {rtc::CodecKind::h264, 90000, 1,
          "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"};
}
inline rtc::CodecParameters opus() {
  return {rtc::CodecKind::opus, 48000, 2, ""};
}

/// An H.264 camera and an Opus microphone.
inline PublisherOptions classroom(std::uint32_t video_ssrc = kSourceVideo) {
  rtc::PublishTrack video{
      .kind = rtc::MediaKind::video,
      .mid = "0",
      .codec = h264(),
      .pt = kSourceVideoPt,
      .rtx_pt = std::nullopt,
      .ssrc = rtc::Ssrc{video_ssrc},
      .rtx_ssrc = std::nullopt,
      .rids = {},
      .feedback = {.nack = true, .pli = true, .fir = false, .remb = false, .transport_cc = false}};
  auto audio = video;
  audio.kind = rtc::MediaKind::audio;
  audio.mid = "1";
  audio.codec = opus();
  audio.pt = kSourceAudioPt;
  audio.ssrc = rtc::Ssrc{kSourceAudio};
  return {{video, audio}, {}, {}};
}

/// A browser that takes both, retransmissions on a stream of their own.
inline ViewerOptions browser() {
  rtc::WatchTrack video{
      .kind = rtc::MediaKind::video,
      .mid = "0",
      .codec = h264(),
      .pt = kViewerVideoPt,
      .rtx_pt = kViewerRtxPt,
      .ssrc = {kViewerVideo},
      .rtx_ssrc = rtc::Ssrc{kViewerRtx},
      .feedback = {.nack = true, .pli = true, .fir = true, .remb = false, .transport_cc = false}};
  rtc::WatchTrack audio{.kind = rtc::MediaKind::audio,
                        .mid = "1",
                        .codec = opus(),
                        .pt = kViewerAudioPt,
                        .rtx_pt = std::nullopt,
                        .ssrc = {kViewerAudio},
                        .rtx_ssrc = std::nullopt,
                        .feedback = {}};
  return {{video, audio}, {}, "cname", {}};
}

/// Feeds a publisher with frames of one packet each.
class Camera {
 public:
  explicit Camera(Publisher& publisher, std::uint32_t ssrc = kSourceVideo, std::uint16_t seq = 1000,
                  std::uint32_t timestamp = 90000)
      : publisher_(publisher), ssrc_(ssrc), seq_(seq), timestamp_(timestamp) {}

  void keyframe(Instant now) { send(0x65, now); }
  void frame(Instant now) { send(0x41, now); }
  /// From now on payloads of so many octets.
  void grow_to(std::size_t size) { size_ = size; }
  /// The packet is lost on the way.
  void lose() {
    ++seq_;
    timestamp_ += 3600;
  }
  /// Sends a packet with a number of the caller's choice, e.g. one that was lost.
  void frame_again(std::uint16_t seq, std::uint32_t timestamp, Instant now) {
    write(0x41, seq, timestamp, now);
  }
  [[nodiscard]] std::uint16_t next_seq() const { return seq_; }
  [[nodiscard]] std::uint32_t next_timestamp() const { return timestamp_; }

 private:
  void send(std::uint8_t nal, Instant now) {
    write(nal, seq_, timestamp_, now);
    lose();
  }
  void write(std::uint8_t nal, std::uint16_t seq, std::uint32_t timestamp, Instant now) {
    std::array<std::uint8_t, 1400> buffer{};
    Buffer payload = {nal, 0x88, static_cast<std::uint8_t>(seq >> 8), static_cast<std::uint8_t>(seq)};
    payload.resize(size_, 0x55);
    auto size = rtc::write_rtp(buffer, {kSourceVideoPt, true, seq, timestamp, {ssrc_}}, payload);
    publisher_.on_rtp(*rtc::RtpPacket::parse(MutableBytes(buffer).first(size)), now);
  }

  Publisher& publisher_;
  std::uint32_t ssrc_;
  std::uint16_t seq_;
  std::uint32_t timestamp_;
  std::size_t size_ = 4;
};

}  // namespace classcast::relay::testing
