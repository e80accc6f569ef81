// SPDX-License-Identifier: MIT
#include "rtc/rtp.hpp"

#include "rtc/rtx.hpp"
#include "rtc/seq.hpp"
#include "unit/rtc/hex.hpp"

#include <gtest/gtest.h>

#include <array>

namespace classcast::rtc {
namespace {

// V=2 X=1 CC=1, M=1 PT=96, seq 1234, ts 0x01020304, SSRC 0x0a0b0c0d, one CSRC; one-byte extensions (RFC 8285
// §4.2): padding, id 3 of two octets (abcd), id 1 of one octet ("0"), padding.
const Buffer kOneByte = hex("91e004d2 01020304 0a0b0c0d 00000009 bede0002 0031abcd 10300000 deadbeef");
// Two-byte extensions (RFC 8285 §4.3): id 20 empty, id 17 of three octets; padding of two octets at the end.
const Buffer kTwoByte = hex("b06004d2 01020304 0a0b0c0d 10000002 14001103 61626300 deadbeef 0002");

TEST(RtpPacket, reads_every_field) {
  auto bytes = kOneByte;
  auto packet = RtpPacket::parse(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->payload_type(), 96);
  EXPECT_TRUE(packet->marker());
  EXPECT_EQ(packet->seq(), 1234);
  EXPECT_EQ(packet->timestamp(), 0x01020304U);
  EXPECT_EQ(packet->ssrc(), Ssrc{0x0a0b0c0d});
  EXPECT_EQ(to_buffer(packet->payload()), hex("deadbeef"));
  EXPECT_EQ(packet->header().size(), 28U);
  EXPECT_EQ(transport_seq(*packet, 3), 0xabcd);
  EXPECT_EQ(extension_text(*packet, 1), "0");
  EXPECT_FALSE(packet->extension(2));
  EXPECT_FALSE(packet->extension(0));
}

TEST(RtpPacket, reads_two_byte_extensions_and_padding) {
  auto bytes = kTwoByte;
  auto packet = RtpPacket::parse(bytes);
  ASSERT_TRUE(packet);
  EXPECT_FALSE(packet->marker());
  EXPECT_EQ(packet->padding(), 2U);
  EXPECT_EQ(to_buffer(packet->payload()), hex("deadbeef"));
  EXPECT_EQ(extension_text(*packet, 17), "abc");
  EXPECT_EQ(packet->extension(20)->size(), 0U);
  EXPECT_FALSE(packet->extension(3));
}

TEST(RtpPacket, rewrites_in_place) {
  auto bytes = kOneByte;
  auto packet = *RtpPacket::parse(bytes);
  packet.set_payload_type(111);
  packet.set_marker(false);
  packet.set_seq(65535);
  packet.set_timestamp(0xfffefdfc);
  packet.set_ssrc({42});
  (*packet.mutable_extension(3))[1] = 0xff;
  EXPECT_EQ(bytes, hex("916fffff fffefdfc 0000002a 00000009 bede0002 0031abff 10300000 deadbeef"));
}

TEST(RtpPacket, refuses_lengths_that_do_not_fit) {
  for (const auto& good : {kOneByte, kTwoByte}) {
    for (std::size_t size = 0; size < 24; ++size) {
      auto bytes = Buffer(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_FALSE(RtpPacket::parse(bytes)) << size;
    }
  }
  auto version = kOneByte;
  version[0] = 0x51;
  EXPECT_FALSE(RtpPacket::parse(version));
  auto padding = kTwoByte;
  padding.back() = 7;
  EXPECT_FALSE(RtpPacket::parse(padding));
  padding.back() = 0;
  EXPECT_FALSE(RtpPacket::parse(padding));
}

TEST(RtpPacket, stops_at_extensions_that_overrun) {
  auto bytes = kOneByte;
  bytes[21] = 0x3f;  // id 3 now claims 16 octets
  EXPECT_FALSE(RtpPacket::parse(bytes)->extension(3));
  bytes[21] = 0xf0;  // RFC 8285 §4.2: id 15 ends the search
  EXPECT_FALSE(RtpPacket::parse(bytes)->extension(1));
}

TEST(RtpPacket, reads_the_audio_level) {
  auto bytes = hex("906004d2 01020304 0a0b0c0d bede0001 10aa0000");
  auto level = audio_level(*RtpPacket::parse(bytes), 1);
  ASSERT_TRUE(level);
  EXPECT_TRUE(level->voice);
  EXPECT_EQ(level->minus_dbov, 42);
}

TEST(Rtx, round_trip_restores_the_original) {
  auto bytes = kOneByte;
  auto original = *RtpPacket::parse(bytes);
  Buffer out(200);
  auto size = wrap_rtx(original, {{77}, 97}, 5000, out);
  out.resize(size);
  auto rtx = RtpPacket::parse(out);
  ASSERT_TRUE(rtx);
  EXPECT_EQ(rtx->seq(), 5000);
  EXPECT_EQ(rtx->payload_type(), 97);
  EXPECT_EQ(rtx->ssrc(), Ssrc{77});
  EXPECT_EQ(to_buffer(rtx->payload()), hex("04d2deadbeef"));
  auto restored = unwrap_rtx(*rtx, {original.ssrc(), 96});
  ASSERT_TRUE(restored);
  EXPECT_EQ(to_buffer(restored->bytes()), kOneByte);
}

TEST(Rtx, drops_padding_only_and_needs_room) {
  auto probe = hex("a06104d2 01020304 0a0b0c0d 00000004");
  EXPECT_FALSE(unwrap_rtx(*RtpPacket::parse(probe), {{1}, 96}));
  auto bytes = kOneByte;
  Buffer tight(bytes.size() + 1);
  EXPECT_EQ(wrap_rtx(*RtpPacket::parse(bytes), {{77}, 97}, 1, tight), 0U);
}

TEST(Seq, compares_the_shorter_way_round) {
  EXPECT_TRUE(serial_after<std::uint16_t>(0, 65535));
  EXPECT_FALSE(serial_after<std::uint16_t>(65535, 0));
  EXPECT_FALSE(serial_after<std::uint16_t>(7, 7));
  EXPECT_FALSE(serial_after<std::uint16_t>(0x8000, 0));
  EXPECT_FALSE(serial_after<std::uint16_t>(0, 0x8000));
  EXPECT_TRUE(serial_after<std::uint32_t>(5, 0xfffffff0));
  EXPECT_EQ(serial_distance<std::uint16_t>(3, 65533), 6);
  EXPECT_EQ(serial_distance<std::uint16_t>(65533, 3), -6);
}

TEST(Seq, unwraps_across_several_rounds_and_late_values) {
  SeqUnwrapper unwrapper;
  EXPECT_EQ(unwrapper.unwrap(65534), 65534);
  EXPECT_EQ(unwrapper.unwrap(1), 65537);
  EXPECT_EQ(unwrapper.unwrap(65535), 65535);
  EXPECT_EQ(unwrapper.unwrap(30000), 65536 + 30000);
  EXPECT_EQ(unwrapper.unwrap(60000), 65536 + 60000);
  EXPECT_EQ(unwrapper.unwrap(10), 2 * 65536 + 10);
}

TEST(RtpPacket, is_written_with_the_extensions_that_were_asked_for) {
  std::array<std::uint8_t, 64> buffer{};
  auto written_with = [&](RtpHeader header) {
    auto size = write_rtp(buffer, header, hex("deadbeef"));
    return Buffer(buffer.begin() + 12, buffer.begin() + static_cast<std::ptrdiff_t>(size));
  };
  EXPECT_EQ(written_with({}), hex("deadbeef"));
  EXPECT_EQ(written_with({.ssrc = {}, .transport_id = 3, .transport_seq = 0x1234}),
            hex("bede0001 31123400 deadbeef"));
  // 24 in units of 10 ms at least, as long as it likes at most.
  EXPECT_EQ(written_with({.ssrc = {}, .playout_id = 5, .playout_min = 24}),
            hex("bede0001 52018fff deadbeef"));
  EXPECT_EQ(written_with({.ssrc = {}, .transport_id = 3, .transport_seq = 1, .playout_id = 5}),
            hex("bede0002 31000152 000fff00 deadbeef"));
  EXPECT_EQ(written_with({.ssrc = {}, .transport_id = 20, .transport_seq = 0x1234}),
            hex("10000001 14021234 deadbeef"));
  EXPECT_EQ(written_with({.ssrc = {}, .transport_id = 20, .transport_seq = 1, .playout_id = 5}),
            hex("10000003 14020001 0503000f ff000000 deadbeef"));
}

}  // namespace
}  // namespace classcast::rtc
