// SPDX-License-Identifier: MIT
#include "recorder/h264.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

namespace classcast::recorder {
namespace {

Buffer from_hex(std::string_view hex) {
  Buffer out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    out.push_back(static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return out;
}

struct SpsCase {
  const char* hex;
  PictureSize size;
};

// Written by x264: High, High with a crop, both crops, Baseline, interlaced.
constexpr std::array<SpsCase, 5> kSets = {{
    {"67640016acd940a02ff970110000030001000003000a0f162d96", {640, 360}},
    {"67640028acd940780227e5c044000003000400000300283c60c658", {1920, 1080}},
    {"6764001facd940b812f8888c044000000300400000030283c60c6580", {722, 578}},
    {"6742c016d900b4126c044000000300400000030283c58b92", {720, 576}},
    {"67640016acd940b424d8088000000300800000050f8a14cb", {720, 576}},
}};

TEST(PictureSize, IsReadFromParameterSetsOfAnEncoder) {
  for (const auto& [hex, size] : kSets) EXPECT_EQ(picture_size(from_hex(hex)), size) << hex;
}

TEST(PictureSize, RefusesCutAndForeignBytes) {
  const auto whole = from_hex(kSets[1].hex);
  for (std::size_t size = 0; size < 11; ++size) {
    EXPECT_FALSE(picture_size(Bytes(whole).first(size))) << size;
  }
  EXPECT_FALSE(picture_size(from_hex("68eb8f2c")));
  EXPECT_FALSE(picture_size(Buffer(40, 0xff)));
}

using Packet = PictureAssembler::Packet;

std::vector<Picture> feed(PictureAssembler& assembler, std::uint16_t seq, std::uint32_t time, bool marker,
                          const Buffer& payload) {
  return assembler.push({seq, time, marker, payload});
}

TEST(PictureAssembler, PutsAggregatesAndFragmentsTogether) {
  PictureAssembler assembler;
  // STAP-A with SPS and PPS, then an IDR slice in two FU-A.
  EXPECT_TRUE(feed(assembler, 65535, 9000, false, from_hex("78000367420100026801")).empty());
  EXPECT_TRUE(feed(assembler, 0, 9000, false, from_hex("7c85aabb")).empty());
  auto pictures = feed(assembler, 1, 9000, true, from_hex("7c45cc"));
  ASSERT_EQ(pictures.size(), 1U);
  EXPECT_TRUE(pictures[0].keyframe);
  EXPECT_FALSE(pictures[0].damaged);
  EXPECT_EQ(pictures[0].data, from_hex("00000003674201"
                                       "000000026801"
                                       "0000000465aabbcc"));
  auto sets = parameter_sets(pictures[0].data);
  EXPECT_EQ(sets.sps, from_hex("674201"));
  EXPECT_EQ(sets.pps, from_hex("6801"));
}

TEST(PictureAssembler, EndsAPictureWithoutMarkerAtTheNextTimestamp) {
  PictureAssembler assembler;
  EXPECT_TRUE(feed(assembler, 1, 100, false, from_hex("41aa")).empty());
  auto pictures = feed(assembler, 2, 200, true, from_hex("41bb"));
  ASSERT_EQ(pictures.size(), 2U);
  EXPECT_EQ(pictures[0].timestamp, 100U);
  EXPECT_FALSE(pictures[0].keyframe);
  EXPECT_EQ(pictures[1].data, from_hex("0000000241bb"));
}

TEST(PictureAssembler, MarksThePictureThatLostAPacket) {
  PictureAssembler assembler;
  feed(assembler, 1, 100, true, from_hex("41aa"));
  feed(assembler, 2, 200, false, from_hex("7c85aabb"));
  auto pictures = feed(assembler, 4, 200, true, from_hex("7c45cc"));
  ASSERT_EQ(pictures.size(), 1U);
  EXPECT_TRUE(pictures[0].damaged);
  pictures = feed(assembler, 5, 300, true, from_hex("41aa"));
  ASSERT_EQ(pictures.size(), 1U);
  EXPECT_FALSE(pictures[0].damaged) << "the next one is whole";
}

TEST(PictureAssembler, MarksThePictureThatLostItsEnd) {
  PictureAssembler assembler;
  feed(assembler, 1, 100, false, from_hex("0930"));
  auto pictures = feed(assembler, 3, 200, true, from_hex("41aa"));
  ASSERT_EQ(pictures.size(), 2U);
  EXPECT_TRUE(pictures[0].damaged) << "only its delimiter came";
}

TEST(PictureAssembler, SurvivesNonsense) {
  PictureAssembler assembler;
  for (const auto* hex : {"78ffff00", "7c", "7c05", "7c45aa", "18", "00"}) {
    for (auto& picture : feed(assembler, 7, 1, true, from_hex(hex))) {
      EXPECT_LT(picture.data.size(), 64U) << hex;
      EXPECT_FALSE(parameter_sets(picture.data).complete());
    }
  }
}

TEST(PictureAssembler, BoundsAPictureThatNeverEnds) {
  PictureAssembler assembler;
  const Buffer piece(60'000, 0x41);
  std::uint16_t seq = 0;
  for (int i = 0; i < 200; ++i) assembler.push({seq++, 5, false, piece});
  auto pictures = assembler.push({seq, 5, true, piece});
  ASSERT_EQ(pictures.size(), 1U);
  EXPECT_TRUE(pictures[0].damaged);
  EXPECT_LE(pictures[0].data.size(), PictureAssembler::kMaxPicture + 1024);
}

}  // namespace
}  // namespace classcast::recorder
