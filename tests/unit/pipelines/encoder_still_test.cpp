// SPDX-License-Identifier: MIT
// The encoder that this computer has, and stills made of what it encodes.
#include "pipelines/encoder.hpp"
#include "pipelines/h264_slices.hpp"
#include "pipelines/still.hpp"

#include <gst/app/gstappsink.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace classcast::pipelines {
namespace {

/// The first frame that this chain makes of a test picture, and how many of ten begin with a B slice.
struct Encoded {
  Keyframe keyframe;
  int reordered = 0;
};

Encoded encode(const std::string& chain, const std::string& size) {
  auto text = "videotestsrc num-buffers=10 ! video/x-raw,framerate=25/1," + size + " ! " + chain +
              " ! appsink name=sink sync=false";
  auto pipeline = Ref<GstElement>::sink(gst_parse_launch(text.c_str(), nullptr));
  auto sink = Ref<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(pipeline.get()), "sink"));
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  Encoded result;
  for (;;) {
    auto sample = Ref<GstSample>::adopt(gst_app_sink_pull_sample(GST_APP_SINK(sink.get())));
    if (!sample) break;
    auto* buffer = gst_sample_get_buffer(sample.get());
    if (!result.keyframe.buffer) {
      result.keyframe = {Ref<GstBuffer>::retain(buffer),
                         Ref<GstCaps>::retain(gst_sample_get_caps(sample.get()))};
    }
    GstMapInfo map;
    gst_buffer_map(buffer, &map, GST_MAP_READ);
    result.reordered += begins_with_b_slice({map.data, map.size}) ? 1 : 0;
    gst_buffer_unmap(buffer, &map);
  }
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  return result;
}

std::string chain(VideoCodec codec) {
  init();
  auto made = encoder_chain(codec, 2000);
  EXPECT_TRUE(made) << made.error().message;
  return made.value_or("");
}

/// Width and height of a JPEG's frame header SOF0 (ITU-T T.81 §B.2.2).
std::pair<int, int> jpeg_size(const Buffer& jpeg) {
  for (std::size_t i = 2; i + 9 < jpeg.size(); i += 2U + (jpeg[i + 2] << 8U | jpeg[i + 3])) {
    if (jpeg[i + 1] == 0xc0) return {jpeg[i + 7] << 8 | jpeg[i + 8], jpeg[i + 5] << 8 | jpeg[i + 6]};
  }
  return {0, 0};
}

TEST(Encoder, PrefersHardwareThatWorksAndNeverMakesBFrames) {
  const auto h264 = chain(VideoCodec::h264);
  const auto known = h264_encoders();
  EXPECT_NE(std::find(known.begin(), known.end(), h264_encoder()), known.end());
  EXPECT_EQ(encode(h264, "width=640,height=360").reordered, 0);
  // Every hardware encoder comes before the processor's.
  EXPECT_EQ(known.back(), "openh264enc");
  EXPECT_EQ(known[known.size() - 2], "x264enc");
}

TEST(Still, IsASmallJpegOfAKeyframe) {
  auto made = make_still(encode(chain(VideoCodec::h264), "width=1920,height=1080").keyframe);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_LE(made->size(), kMaxStillBytes);
  EXPECT_EQ(jpeg_size(*made), std::pair(320, 180));
}

TEST(Still, KeepsTheShapeOfAnOldCamerasPicture) {
  auto made = make_still(encode(chain(VideoCodec::vp8), "width=640,height=480").keyframe);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(jpeg_size(*made), std::pair(320, 240));
}

TEST(Still, RefusesWhatIsNoPicture) {
  init();
  Keyframe noise{Ref<GstBuffer>::adopt(gst_buffer_new_allocate(nullptr, 1000, nullptr)),
                 Ref<GstCaps>::adopt(gst_caps_from_string(
                     "video/x-h264,stream-format=byte-stream,alignment=au,width=640,height=360"))};
  gst_buffer_memset(noise.buffer.get(), 0, 0x55, 1000);
  EXPECT_FALSE(make_still(noise));
}

}  // namespace
}  // namespace classcast::pipelines
