// SPDX-License-Identifier: MIT
// Packets as Chromium and GStreamer sent them (tests/fuzz/capture.mjs): every field that we read, and what is
// read and written again is the same octet for octet.
#include "rtc/codec.hpp"
#include "rtc/demux.hpp"
#include "rtc/picture_size.hpp"
#include "rtc/rtcp/sdes.hpp"
#include "rtc/rtcp/sender_report.hpp"
#include "rtc/rtp.hpp"
#include "rtc/stun.hpp"
#include "unit/rtc/hex.hpp"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <iterator>

namespace classcast::rtc {
namespace {

Buffer captured(const std::string& name) {
  std::ifstream file(FIXTURES "/../fuzz/corpus/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// 0001 0054 2112a442 transaction; 0006 USERNAME, c057 network cost (unknown, may be ignored), 802a
// ICE-CONTROLLING, 0024 PRIORITY, 0008 MESSAGE-INTEGRITY, 8028 FINGERPRINT.
TEST(Captured, ChromiumsFirstCheckBeforeItNominates) {
  auto packet = captured("stun/chromium-request");
  EXPECT_EQ(classify(packet), DatagramKind::stun);
  auto check = StunMessage::parse(packet);
  ASSERT_TRUE(check);
  EXPECT_EQ(check->cls, StunClass::request);
  EXPECT_EQ(check->username, "A1d80df93e18e:zjbB");
  EXPECT_EQ(stun_local_ufrag(packet), "A1d80df93e18e");
  EXPECT_FALSE(check->use_candidate);
  EXPECT_FALSE(check->ice_controlled);
  EXPECT_FALSE(check->unknown_required) << "c057 is comprehension-optional";
}

TEST(Captured, HandshakesAreDtls) {
  for (const auto* name : {"dtls/chromium-handshake-1", "dtls/chromium-handshake-11"}) {
    EXPECT_EQ(classify(captured(name)), DatagramKind::dtls) << name;
  }
}

struct Media {
  const char* name;
  CodecKind codec;
  std::uint8_t payload_type;
  std::uint16_t seq;
  bool marker;
  bool keyframe;
};

// Octet 0 is V=2 without padding, extension or CSRC; octet 1 marker and payload type.
TEST(Captured, RtpOfEveryEncoder) {
  const std::array<Media, 5> packets = {{
      // STAP-A (0x78) with SPS, PPS and the IDR slice of a small picture, all of one access unit.
      {"rtp/chromium-h264-108", CodecKind::h264, 108, 0x6b4e, true, true},
      // 0x61: a slice that is no keyframe.
      {"rtp/chromium-h264-108-2", CodecKind::h264, 108, 0x6b4f, true, false},
      // 0x09: access unit delimiter; 0x67: SPS.
      {"rtp/gstreamer-h264", CodecKind::h264, 102, 0x1f7e, false, false},
      {"rtp/gstreamer-h264-2", CodecKind::h264, 102, 0x1f7f, false, true},
      // 0x10: the first partition begins; 0x10 & 1 == 0: a keyframe (RFC 7741 §4.3).
      {"rtp/gstreamer-vp8", CodecKind::vp8, 102, 0x631f, false, true},
  }};
  for (const auto& expected : packets) {
    auto octets = captured(expected.name);
    auto packet = RtpPacket::parse(octets);
    ASSERT_TRUE(packet) << expected.name;
    EXPECT_EQ(classify(octets), DatagramKind::rtp) << expected.name;
    EXPECT_EQ(packet->payload_type(), expected.payload_type) << expected.name;
    EXPECT_EQ(packet->seq(), expected.seq) << expected.name;
    EXPECT_EQ(packet->marker(), expected.marker) << expected.name;
    EXPECT_EQ(starts_keyframe(expected.codec, packet->payload()), expected.keyframe) << expected.name;
  }
}

TEST(Captured, SizesStandInKeyframes) {
  auto size = [](const char* name, CodecKind codec) {
    auto octets = captured(name);
    return picture_size(codec, RtpPacket::parse(octets)->payload());
  };
  auto h264 = size("rtp/gstreamer-h264-2", CodecKind::h264);
  ASSERT_TRUE(h264);
  EXPECT_EQ(h264->pixels(), 320 * 240);
  auto vp8 = size("rtp/gstreamer-vp8", CodecKind::vp8);
  ASSERT_TRUE(vp8);
  EXPECT_EQ(vp8->pixels(), 320 * 240);
}

TEST(Captured, ReportsAreWrittenAsTheyWereRead) {
  for (const auto* name :
       {"rtcp/chromium-200-56", "rtcp/gstreamer-h264", "rtcp/gstreamer-vp8", "rtcp/gstreamer-opus"}) {
    auto octets = captured(name);
    EXPECT_EQ(classify(octets), DatagramKind::rtcp) << name;
    rtcp::Compound compound(octets);
    auto first = compound.next();
    auto second = compound.next();
    ASSERT_TRUE(first && second) << name;
    auto report = rtcp::SenderReport::parse(*first);
    auto names = rtcp::Sdes::parse(*second);
    ASSERT_TRUE(report && names) << name;
    EXPECT_EQ(report->sender, names->chunks[0].ssrc) << name;
    Buffer again(octets.size() + 64);
    Writer writer{MutableBytes(again)};
    report->write(writer);
    EXPECT_EQ(to_buffer(writer.written()), Buffer(octets.begin(), octets.begin() + 28)) << name;
  }
}

}  // namespace
}  // namespace classcast::rtc
