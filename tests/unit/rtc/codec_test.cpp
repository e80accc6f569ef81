// SPDX-License-Identifier: MIT
#include "rtc/codec.hpp"

#include "unit/rtc/hex.hpp"

#include <gtest/gtest.h>

namespace classcast::rtc {
namespace {

struct Case {
  const char* name;
  CodecKind codec;
  const char* payload;
  bool keyframe;
};

class Keyframe : public testing::TestWithParam<Case> {};

TEST_P(Keyframe, is_told_from_other_pictures) {
  EXPECT_EQ(starts_keyframe(GetParam().codec, hex(GetParam().payload)), GetParam().keyframe);
}

INSTANTIATE_TEST_SUITE_P(
    Payloads, Keyframe,
    testing::Values(Case{"h264_idr", CodecKind::h264, "65888040", true},
                    Case{"h264_sps", CodecKind::h264, "6742c015", true},
                    Case{"h264_pps_alone", CodecKind::h264, "68ce3c80", false},
                    Case{"h264_slice", CodecKind::h264, "419a1234", false},
                    Case{"h264_sei", CodecKind::h264, "0605ff", false},
                    Case{"h264_stap_with_sps", CodecKind::h264, "78 0004 6742c015 0004 68ce3c80", true},
                    Case{"h264_stap_of_aud_and_slice", CodecKind::h264, "78 0002 09f0 0003 419a12", false},
                    Case{"h264_stap_cut_short", CodecKind::h264, "78 0009 6742", false},
                    Case{"h264_fu_start_of_idr", CodecKind::h264, "7c858880", true},
                    Case{"h264_fu_middle_of_idr", CodecKind::h264, "7c058880", false},
                    Case{"h264_fu_start_of_slice", CodecKind::h264, "7c819a12", false},
                    Case{"h264_empty", CodecKind::h264, "", false},
                    Case{"h265_vps", CodecKind::h265, "40010c01", true},
                    Case{"h265_idr", CodecKind::h265, "2601af", true},
                    Case{"h265_trail", CodecKind::h265, "0201d0", false},
                    Case{"h265_ap_with_sps", CodecKind::h265, "6001 0003 420101 0003 440101", true},
                    Case{"h265_fu_start_of_idr", CodecKind::h265, "620193af", true},
                    Case{"h265_fu_middle_of_idr", CodecKind::h265, "620113af", false},
                    Case{"vp8_key", CodecKind::vp8, "10 50b801", true},
                    Case{"vp8_key_with_picture_id", CodecKind::vp8, "90 80 8123 50b801", true},
                    Case{"vp8_key_with_everything", CodecKind::vp8, "90 f0 8123 05 20 50b801", true},
                    Case{"vp8_inter", CodecKind::vp8, "10 51b801", false},
                    Case{"vp8_continuation", CodecKind::vp8, "00 50b801", false},
                    Case{"vp8_second_partition", CodecKind::vp8, "11 50b801", false},
                    Case{"vp8_cut_short", CodecKind::vp8, "90 80", false},
                    Case{"vp9_key", CodecKind::vp9, "88 81 82 00", true},
                    Case{"vp9_inter", CodecKind::vp9, "c8 81 82 00", false},
                    Case{"vp9_key_not_begin", CodecKind::vp9, "80 81 82 00", false},
                    Case{"vp9_key_upper_spatial_layer", CodecKind::vp9, "a8 01 02 00 00", false},
                    Case{"vp9_key_base_spatial_layer", CodecKind::vp9, "a8 01 00 00 00", true},
                    Case{"av1_sequence", CodecKind::av1, "18 0a0b", true},
                    Case{"av1_inter", CodecKind::av1, "10 32", false},
                    Case{"av1_continuation", CodecKind::av1, "98 32", false},
                    Case{"opus", CodecKind::opus, "78", true}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(Codec, names_match_without_case) {
  EXPECT_EQ(codec_by_name("OPUS"), CodecKind::opus);
  EXPECT_EQ(codec_by_name("h264"), CodecKind::h264);
  EXPECT_FALSE(codec_by_name("G722"));
  EXPECT_EQ(codec_name(CodecKind::av1), "AV1");
  EXPECT_EQ(codec_media(CodecKind::opus), MediaKind::audio);
  EXPECT_EQ(codec_media(CodecKind::vp8), MediaKind::video);
}

}  // namespace
}  // namespace classcast::rtc
