// SPDX-License-Identifier: MIT
// Pictures of a real encoder (x264), with and without B-frames.
#include "pipelines/h264_slices.hpp"

#include "pipelines/gst.hpp"

#include <gst/app/gstappsink.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

namespace classcast::pipelines {
namespace {

/// How many of 30 access units begin with a B slice, as our own reader says.
int b_slices(const std::string& encoder) {
  init();
  auto text = "videotestsrc num-buffers=30 pattern=ball ! video/x-raw,width=320,height=240 ! " + encoder +
              " ! video/x-h264,stream-format=byte-stream,alignment=au ! appsink name=sink sync=false";
  auto pipeline = Ref<GstElement>::sink(gst_parse_launch(text.c_str(), nullptr));
  auto sink = Ref<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(pipeline.get()), "sink"));
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  int found = 0;
  for (;;) {
    auto sample = Ref<GstSample>::adopt(gst_app_sink_pull_sample(GST_APP_SINK(sink.get())));
    if (!sample) break;
    GstMapInfo map;
    gst_buffer_map(gst_sample_get_buffer(sample.get()), &map, GST_MAP_READ);
    found += begins_with_b_slice({map.data, map.size}) ? 1 : 0;
    gst_buffer_unmap(gst_sample_get_buffer(sample.get()), &map);
  }
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  return found;
}

TEST(H264Slices, FindsTheBFramesOfX264) {
  EXPECT_GE(b_slices("x264enc bframes=2 b-adapt=false key-int-max=30"), 15);
}

TEST(H264Slices, FindsNoneWhereThereAreNone) {
  EXPECT_EQ(b_slices("x264enc bframes=0 key-int-max=10"), 0);
  EXPECT_EQ(b_slices("x264enc tune=zerolatency sliced-threads=true"), 0);
}

TEST(H264Slices, SurvivesGarbage) {
  EXPECT_FALSE(begins_with_b_slice({}));
  constexpr std::array<std::uint8_t, 4> kEndsInHeader = {0, 0, 1, 0x41};
  EXPECT_FALSE(begins_with_b_slice(kEndsInHeader));
  constexpr std::array<std::uint8_t, 9> kEndlessZeros = {0, 0, 1, 0x41, 0, 0, 0, 0, 0};
  EXPECT_FALSE(begins_with_b_slice(kEndlessZeros));
}

}  // namespace
}  // namespace classcast::pipelines
