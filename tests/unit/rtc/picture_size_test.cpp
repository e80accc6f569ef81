// SPDX-License-Identifier: MIT
#include "rtc/picture_size.hpp"

#include "unit/rtc/hex.hpp"

#include <gtest/gtest.h>

#include <bitset>
#include <string>

namespace classcast::rtc {

// Parameter sets that x264 made.
TEST(PictureSize, IsReadFromH264ParameterSets) {
  // Constrained Baseline 1280 × 720.
  EXPECT_EQ(picture_size(CodecKind::h264, hex("6742c01fd9005005bb016a02020280000003008000001e478c1924")),
            (PictureSize{1280, 720}));
  // High profile, 1920 × 1080: 1088 rows with eight cut off.
  EXPECT_EQ(picture_size(CodecKind::h264, hex("67640028acb200f0044fcb80b501010140000003004000000f23c60c92")),
            (PictureSize{1920, 1080}));
  EXPECT_EQ(picture_size(CodecKind::h264, hex("674d401ed900a02fb016a0c0c0d4a0000003002000000791e2c5c9")),
            (PictureSize{640, 368}));
}

namespace {

std::string ue(std::uint32_t value) {
  auto bits = std::bitset<32>(value + 1).to_string();
  bits.erase(0, bits.find('1'));
  return std::string(bits.size() - 1, '0') + bits;
}

/// A High profile's parameter set of 640 × 480 whose first scaling list begins with this step, as se(v) has
/// it.
Buffer set_with_scaling_step(std::uint32_t code) {
  auto text = ue(0) + ue(1) + ue(0) + ue(0) + "0" + "1";                // up to the matrix, which is there
  text += "1" + ue(code) + std::string(15, '1') + std::string(7, '0');  // one list of sixteen, seven absent
  text += ue(0) + ue(2) + ue(1) + "0" + ue(39) + ue(29) + "1" + "1" + "0"  // 40 by 30 macroblocks
          + "01";
  Buffer set = {0x67, 100, 0, 40};
  for (std::size_t i = 0; i < text.size(); i += 8) {
    auto octet = text.substr(i, 8) + std::string(8, '0');
    set.push_back(static_cast<std::uint8_t>(std::bitset<8>(octet.substr(0, 8)).to_ulong()));
  }
  return set;
}

}  // namespace

TEST(PictureSize, IsReadBehindScalingListsUnlessTheyAreImpossible) {
  EXPECT_EQ(picture_size(CodecKind::h264, set_with_scaling_step(3)), (PictureSize{640, 480}));
  EXPECT_EQ(picture_size(CodecKind::h264, set_with_scaling_step(256)), (PictureSize{640, 480})) << "−128";
  EXPECT_FALSE(picture_size(CodecKind::h264, set_with_scaling_step(257)));
  EXPECT_FALSE(picture_size(CodecKind::h264, set_with_scaling_step(0x10000)));
}

TEST(PictureSize, IsFoundInAnAggregationPacket) {
  auto packet = hex("78001b 6742c01fd9005005bb016a02020280000003008000001e478c1924 0004 68ce3c80");
  EXPECT_EQ(picture_size(CodecKind::h264, packet), (PictureSize{1280, 720}));
}

TEST(PictureSize, IsReadFromVp8Keyframes) {
  // X and I set, a picture id of two octets; then the frame tag, the start code, 640 × 480.
  EXPECT_EQ(picture_size(CodecKind::vp8, hex("90808001 100200 9d012a 8002 e001 0047")),
            (PictureSize{640, 480}));
  EXPECT_FALSE(picture_size(CodecKind::vp8, hex("90808001 110200 9d012a 8002 e001 0047")))
      << "not a keyframe";
}

TEST(PictureSize, IsAbsentFromOtherPackets) {
  EXPECT_FALSE(picture_size(CodecKind::h264, hex("658884")));
  EXPECT_FALSE(picture_size(CodecKind::h264, hex("6742")));
  EXPECT_FALSE(picture_size(CodecKind::h264, {}));
  EXPECT_FALSE(picture_size(CodecKind::h264, hex("674200000000000000000000")));
  EXPECT_FALSE(picture_size(CodecKind::h265, hex("4001")));
}

}  // namespace classcast::rtc
