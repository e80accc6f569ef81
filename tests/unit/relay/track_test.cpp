// SPDX-License-Identifier: MIT
// FrameMeter, OpusClock and Track: what is known of a publisher's track.
#include "relay/track.hpp"

#include "relay/opus_clock.hpp"
#include "unit/relay/media.hpp"

#include <gtest/gtest.h>

#include <array>

namespace classcast::relay {

using testing::at_ms;
using testing::OwnedPacket;

TEST(FrameMeter, CountsAFrameAtItsMarkerOnce) {
  FrameMeter meter(Framing::by_marker);
  meter.on_packet(OwnedPacket(1, 100, at_ms(0)).packet, true);
  EXPECT_EQ(meter.frames(), 0);
  EXPECT_FALSE(meter.last());
  meter.on_packet(OwnedPacket(2, 100, at_ms(5)).marked().packet, false);
  EXPECT_EQ(meter.frames(), 1);
  EXPECT_EQ(meter.last(), at_ms(5));
  meter.on_packet(OwnedPacket(3, 200, at_ms(40)).marked().packet, false);
  EXPECT_EQ(meter.frames(), 2);
  EXPECT_EQ(meter.packets(), 3);
  EXPECT_EQ(meter.keyframes(), 1);
}

TEST(FrameMeter, CountsAFrameWithoutMarkerWhenTheNextBegins) {
  FrameMeter meter(Framing::by_marker);
  meter.on_packet(OwnedPacket(1, 0xfffffff0, at_ms(0)).packet, false);
  meter.on_packet(OwnedPacket(2, 0x10, at_ms(40)).packet, false);
  EXPECT_EQ(meter.frames(), 1);
  EXPECT_EQ(meter.last(), at_ms(40));
  meter.on_packet(OwnedPacket(1, 0xfffffff0, at_ms(41)).packet, false);
  EXPECT_EQ(meter.frames(), 1) << "a late packet is no new frame";
}

TEST(FrameMeter, CountsEveryAudioPacket) {
  FrameMeter meter(Framing::by_packet);
  for (int i = 0; i < 3; ++i) {
    meter.on_packet(OwnedPacket(i, static_cast<std::uint32_t>(i * 960), at_ms(i * 20)).packet, false);
  }
  EXPECT_EQ(meter.frames(), 3);
  EXPECT_EQ(meter.last(), at_ms(40));
}

TEST(FrameMeter, AveragesTheBitrateOverWholeSecondsAndForgets) {
  FrameMeter meter(Framing::by_packet);
  for (int ms = 0; ms < 5000; ms += 10) meter.on_packet(OwnedPacket(ms, 0, at_ms(ms), 125).packet, false);
  EXPECT_EQ(meter.bitrate_bps(at_ms(5000)), 100'000);
  EXPECT_EQ(meter.bitrate_bps(at_ms(9000)), 0);
}

TEST(OpusClock, ReadsThePacketsDuration) {
  auto samples = [](std::vector<std::uint8_t> payload) { return opus_samples(payload); };
  EXPECT_EQ(samples({31 << 3}), 960U);            // CELT 20 ms
  EXPECT_EQ(samples({(16 << 3) | 1, 0}), 240U);   // CELT 2 × 2.5 ms
  EXPECT_EQ(samples({3 << 3}), 2880U);            // SILK 60 ms
  EXPECT_EQ(samples({(13 << 3) | 3, 3}), 2880U);  // hybrid 3 × 20 ms
  EXPECT_FALSE(samples({}));
  EXPECT_FALSE(samples({3}));                 // a count is announced and missing
  EXPECT_FALSE(samples({(3 << 3) | 3, 63}));  // longer than 120 ms
}

TEST(OpusClock, StepsByExactlyTheFrame) {
  OpusClock clock;
  const std::array<std::uint8_t, 1> payload = {31 << 3};
  EXPECT_EQ(clock.regular(10, 5000, payload), 5000U);
  EXPECT_EQ(clock.regular(11, 5000 + 960 + 3, payload), 5960U);
  EXPECT_EQ(clock.regular(13, 5000 + 2880 - 40, payload), 5000U + 2880) << "one packet lost";
  EXPECT_EQ(clock.regular(12, 5000 + 1920 + 40, payload), 5000U + 1920) << "and found again";
}

TEST(OpusClock, BelievesAPause) {
  OpusClock clock;
  const std::array<std::uint8_t, 1> payload = {31 << 3};
  clock.regular(1, 0, payload);
  EXPECT_EQ(clock.regular(2, 48000, payload), 48000U);
  EXPECT_EQ(clock.regular(3, 48962, payload), 48960U);
}

class TrackTest : public ::testing::Test {
 protected:
  TrackTest() : track_(negotiated(), {}) {}

  static rtc::PublishTrack negotiated() {
    rtc::PublishTrack track;
    track.kind = rtc::MediaKind::video;
    track.codec = {rtc::CodecKind::h264, 90000, 1, ""};
    track.pt = 96;
    return track;
  }
  std::optional<MediaPacket> receive(std::uint16_t seq, std::uint32_t timestamp, std::uint32_t ssrc,
                                     Bytes payload) {
    auto size = rtc::write_rtp(buffer_, {96, true, seq, timestamp, {ssrc}}, payload);
    return track_.on_packet(*rtc::RtpPacket::parse(MutableBytes(buffer_).first(size)), at_ms(0));
  }

  static constexpr std::array<std::uint8_t, 3> kIdr = {0x65, 0x88, 0x84};
  static constexpr std::array<std::uint8_t, 3> kSlice = {0x41, 0x9a, 0x00};
  Track track_;
  std::array<std::uint8_t, 1500> buffer_{};
};

TEST_F(TrackTest, KnowsAKeyframeAndKeepsIt) {
  auto packet = receive(65535, 1000, 5, kIdr);
  ASSERT_TRUE(packet);
  EXPECT_TRUE(packet->keyframe);
  EXPECT_EQ(Track::wire_seq(packet->seq), 65535);
  EXPECT_EQ(track_.replay_start(at_ms(0)), packet->seq);
  auto next = receive(0, 4600, 5, kSlice);
  ASSERT_TRUE(next);
  EXPECT_FALSE(next->keyframe);
  EXPECT_EQ(next->seq, packet->seq + 1);
  EXPECT_EQ(track_.meter().frames(), 2);
  EXPECT_EQ(track_.meter().keyframes(), 1);
}

TEST_F(TrackTest, DropsRepetitions) {
  EXPECT_TRUE(receive(1, 1000, 5, kIdr));
  EXPECT_FALSE(receive(1, 1000, 5, kIdr));
  EXPECT_EQ(track_.meter().packets(), 1);
}

TEST_F(TrackTest, BeginsAnewWithAnotherSsrc) {
  auto first = receive(1, 1000, 5, kIdr);
  auto second = receive(1, 777, 6, kSlice);
  ASSERT_TRUE(first && second);
  EXPECT_GT(second->seq, first->seq);
  EXPECT_EQ(track_.ssrc(), rtc::Ssrc{6});
  EXPECT_FALSE(track_.replay_start(at_ms(0))) << "the other stream's keyframe does not fit";
}

}  // namespace classcast::relay
