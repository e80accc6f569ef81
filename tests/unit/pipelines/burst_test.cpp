// SPDX-License-Identifier: MIT
// What comes in one go after this program hung: the camera's jitter buffer gives many pictures one time, and
// the parser keeps it for the first of them.
#include "pipelines/encoder.hpp"
#include "pipelines/track.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <future>
#include <optional>

namespace classcast::pipelines {
namespace {

constexpr unsigned kPictures = 10;

/// Of the first one.
GstPadProbeReturn same_time(GstPad*, GstPadProbeInfo* info, gpointer data) {
  auto& first = *static_cast<std::optional<GstClockTime>*>(data);
  auto* buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
  if (!first) first = GST_BUFFER_PTS(buffer);
  GST_BUFFER_PTS(buffer) = *first;
  GST_BUFFER_DTS(buffer) = GST_CLOCK_TIME_NONE;
  GST_PAD_PROBE_INFO_DATA(info) = buffer;
  return GST_PAD_PROBE_OK;
}

TEST(Burst, EveryPictureWithTheSameTimeGoesOn) {
  init();
  std::promise<void> ended;
  std::optional<GstClockTime> first;
  Track track(MediaKind::video);
  Pipeline pipeline([&ended](GstMessage* message) {
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) ended.set_value();
  });
  const auto encoder = encoder_chain(VideoCodec::h264, 500);
  ASSERT_TRUE(encoder) << encoder.error().message;
  const auto chain = fmt::format(
      "videotestsrc num-buffers={} ! video/x-raw,width=320,height=180,framerate=10/1 ! {} ! identity "
      "name=burst ! "
      "h264parse ! video/x-h264,stream-format=byte-stream,alignment=au ! appsink name=sink sync=false",
      kPictures, *encoder);
  ASSERT_TRUE(pipeline.add_chain(chain.c_str(), Pipeline::Ends::closed));
  auto burst = Ref<GstPad>::adopt(gst_element_get_static_pad(pipeline.named("burst").get(), "src"));
  gst_pad_add_probe(burst.get(), GST_PAD_PROBE_TYPE_BUFFER, same_time, &first, nullptr);
  connect(GST_APP_SINK(pipeline.named("sink").get()), track, pipeline);
  ASSERT_TRUE(pipeline.play());
  ended.get_future().wait();
  pipeline.stop();
  EXPECT_EQ(track.stats().frames, kPictures);
}

}  // namespace
}  // namespace classcast::pipelines
