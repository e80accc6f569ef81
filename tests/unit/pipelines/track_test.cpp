// SPDX-License-Identifier: MIT
#include "pipelines/track.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <vector>

namespace classcast::pipelines {
namespace {

Instant clock_now;
Instant read_clock() {
  return clock_now;
}

/// A Track between samples made here and an appsrc whose queue is read here.
class TrackTest : public ::testing::Test {
 protected:
  TrackTest() {
    init();
    outlet_ =
        Ref<GstAppSrc>::adopt(GST_APP_SRC(g_object_ref_sink(gst_element_factory_make("appsrc", nullptr))));
    g_object_set(outlet_.get(), "format", GST_FORMAT_TIME, nullptr);
    base_ = now();
  }
  void push(Track& track, std::optional<Duration> running, bool keyframe, std::size_t size = 100,
            GstBufferFlags flag = {}) {
    auto buffer = Ref<GstBuffer>::adopt(gst_buffer_new_allocate(nullptr, size, nullptr));
    if (running) GST_BUFFER_PTS(buffer.get()) = static_cast<GstClockTime>(running->count());
    if (!keyframe) GST_BUFFER_FLAG_SET(buffer.get(), GST_BUFFER_FLAG_DELTA_UNIT);
    GST_BUFFER_FLAG_SET(buffer.get(), flag);
    auto caps = Ref<GstCaps>::adopt(gst_caps_from_string("video/x-h264,width=640,height=360"));
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    auto sample = Ref<GstSample>::adopt(gst_sample_new(buffer.get(), caps.get(), &segment, nullptr));
    track.push(sample.get(), base_);
  }
  [[nodiscard]] std::uint64_t queued() const { return gst_app_src_get_current_level_buffers(outlet_.get()); }

  Ref<GstAppSrc> outlet_;
  Instant base_;
};

TEST_F(TrackTest, CountsWithoutAnUplink) {
  Track track(MediaKind::video);
  push(track, 0s, true);
  push(track, 40ms, false);
  auto stats = track.stats();
  EXPECT_EQ(stats.frames, 2U);
  EXPECT_EQ(stats.keyframes, 1U);
  EXPECT_EQ(stats.bytes, 200U);
  EXPECT_EQ(stats.width, 640);
  EXPECT_TRUE(stats.last);
}

TEST_F(TrackTest, StartsANewUplinkWithTheCachedGroupOfPictures) {
  Track track(MediaKind::video);
  push(track, 0s, true);
  push(track, 40ms, false);
  track.attach(outlet_, base_);
  EXPECT_EQ(queued(), 2U);
  push(track, 80ms, false);
  EXPECT_EQ(queued(), 3U);
}

TEST_F(TrackTest, ShowsNoOldPictureAsIfItWereLive) {
  clock_now = base_;
  Track track(MediaKind::video, read_clock);
  push(track, 0s, true);
  push(track, 40ms, false);
  clock_now += 600ms;
  track.attach(outlet_, base_);
  EXPECT_EQ(queued(), 0U) << "the camera may be frozen: the relay would count its last picture as a new one";
  push(track, 640ms, false);
  EXPECT_EQ(queued(), 3U) << "it goes on, and nobody waits for its next keyframe";
  push(track, 680ms, false);
  EXPECT_EQ(queued(), 4U);
}

TEST_F(TrackTest, ResumesAFrozenCameraWithItsNextFrame) {
  clock_now = base_;
  Track track(MediaKind::video, read_clock);
  track.attach(outlet_, base_);
  push(track, 0s, true);
  track.pause();
  clock_now += 2s;
  track.resume();
  EXPECT_EQ(queued(), 1U);
  track.pause();
  push(track, 2s, false);
  EXPECT_EQ(queued(), 1U) << "paused again before it came";
  track.resume();
  EXPECT_EQ(queued(), 3U);
}

TEST_F(TrackTest, ShowsNoSmearAfterAStall) {
  clock_now = base_;
  Track track(MediaKind::video, read_clock);
  track.attach(outlet_, base_);
  push(track, 0s, true);
  clock_now += 3s;
  push(track, 3s, false);
  clock_now += 40ms;
  push(track, 3040ms, false);
  EXPECT_EQ(queued(), 1U) << "pictures that these lean on never came";
  track.pause();
  track.resume();
  EXPECT_EQ(queued(), 1U) << "nor is a new beginning made of them";
  push(track, 3080ms, true);
  push(track, 3120ms, false);
  EXPECT_EQ(queued(), 3U);
}

TEST_F(TrackTest, ShowsNoSmearWhereMuchIsTornOut) {
  Track track(MediaKind::video);
  track.attach(outlet_, base_);
  push(track, 0s, true);
  push(track, 40ms, false);
  push(track, 120ms, false, 100, GST_BUFFER_FLAG_DISCONT);
  EXPECT_EQ(queued(), 3U) << "a lost packet costs no picture";
  push(track, 1200ms, false);
  EXPECT_EQ(queued(), 4U) << "a slow camera loses nothing";
  push(track, 2200ms, false, 100, GST_BUFFER_FLAG_DISCONT);
  push(track, 2240ms, false);
  EXPECT_EQ(queued(), 4U) << "pictures that these lean on never came";
  push(track, 2280ms, true);
  EXPECT_EQ(queued(), 5U);
}

TEST_F(TrackTest, ShowsNoSmearWhereABacklogIsTorn) {
  clock_now = base_;
  Track track(MediaKind::video, read_clock);
  track.attach(outlet_, base_);
  push(track, 0s, true);
  clock_now += 10s;
  push(track, 10s, true);
  push(track, std::nullopt, false);
  EXPECT_EQ(queued(), 3U);
  push(track, std::nullopt, false, 100, GST_BUFFER_FLAG_DISCONT);
  push(track, std::nullopt, false);
  EXPECT_EQ(queued(), 3U) << "who knows how much of the ten seconds the camera threw away here?";
  push(track, std::nullopt, true);
  clock_now += 6s;
  push(track, 16s, false);
  EXPECT_EQ(queued(), 4U) << "silent again for as long";
}

TEST_F(TrackTest, LeavesNoPictureOutForWantOfATime) {
  Track track(MediaKind::video);
  track.attach(outlet_, base_);
  push(track, std::nullopt, true);
  push(track, std::nullopt, false);
  EXPECT_EQ(queued(), 0U) << "nothing to begin with";
  push(track, 0s, true);
  push(track, std::nullopt, false);
  push(track, std::nullopt, true);
  push(track, 40ms, false);
  EXPECT_EQ(queued(), 4U);
  EXPECT_EQ(track.stats().frames, 4U);
}

TEST_F(TrackTest, TimesNeverGoBack) {
  auto uplink = Ref<GstElement>::sink(
      gst_parse_launch("appsrc name=source format=time ! appsink name=sink sync=false", nullptr));
  auto source = Ref<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(uplink.get()), "source"));
  auto sink = Ref<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(uplink.get()), "sink"));
  gst_element_set_state(uplink.get(), GST_STATE_PLAYING);
  auto stop = [](GstElement* graph) { gst_element_set_state(graph, GST_STATE_NULL); };
  const std::unique_ptr<GstElement, decltype(stop)> stopped(uplink.get());
  Track track(MediaKind::video);
  track.attach(Ref<GstAppSrc>::retain(GST_APP_SRC(source.get())), base_);
  push(track, 0s, true);
  push(track, 1s, false);
  push(track, 100ms, false);
  push(track, std::nullopt, false);
  push(track, 1040ms, false);
  std::vector<Duration> times;
  for (int i = 0; i < 5; ++i) {
    auto sample =
        Ref<GstSample>::adopt(gst_app_sink_try_pull_sample(GST_APP_SINK(sink.get()), 10 * GST_SECOND));
    ASSERT_TRUE(sample) << "picture " << i;
    times.emplace_back(GST_BUFFER_PTS(gst_sample_get_buffer(sample.get())));
  }
  EXPECT_EQ(times, (std::vector<Duration>{0s, 1s, 1s + 23us, 1s + 46us, 1040ms}));
}

TEST_F(TrackTest, AnEncoderLosesNothingInAStall) {
  clock_now = base_;
  Track track(MediaKind::video, read_clock);
  track.on_keyframe_request([] {});
  track.attach(outlet_, base_);
  push(track, 0s, true);
  clock_now += 10s;
  push(track, 10s, false);
  EXPECT_EQ(queued(), 2U);
}

TEST_F(TrackTest, WaitsForAKeyframeWhenTheCacheHasNone) {
  Track track(MediaKind::video);
  int asked = 0;
  track.on_keyframe_request([&asked] { ++asked; });
  track.attach(outlet_, base_);
  EXPECT_EQ(asked, 1);
  push(track, 0s, false);
  EXPECT_EQ(queued(), 0U);
  push(track, 40ms, true);
  EXPECT_EQ(queued(), 1U);
}

TEST_F(TrackTest, SkipsToTheNextKeyframeWhenTheUplinkIsSlow) {
  Track track(MediaKind::video);
  track.attach(outlet_, base_);
  for (int i = 0; i < 10; ++i) push(track, i * 40ms, i == 0, 1 << 20);
  auto full = queued();
  EXPECT_LT(full, 10U);
  push(track, 400ms, true);
  EXPECT_EQ(queued(), full) << "nothing blocks, nothing grows";
}

TEST_F(TrackTest, SendsNothingWhilePausedAndStartsAgainWithAPicture) {
  Track track(MediaKind::video);
  push(track, 0s, true);
  track.attach(outlet_, base_);
  track.pause();
  push(track, 40ms, false);
  push(track, 80ms, false);
  EXPECT_EQ(queued(), 1U);
  EXPECT_EQ(track.stats().frames, 3U) << "the source goes on";
  track.resume();
  EXPECT_EQ(queued(), 4U) << "the whole group of pictures";
  track.resume();
  EXPECT_EQ(queued(), 4U) << "a repeated RESUME changes nothing";
  push(track, 120ms, false);
  EXPECT_EQ(queued(), 5U);
}

TEST_F(TrackTest, ANewUplinkIsNotPaused) {
  Track track(MediaKind::video);
  track.attach(outlet_, base_);
  track.pause();
  track.attach(outlet_, base_);
  push(track, 0s, true);
  EXPECT_EQ(queued(), 1U);
}

TEST_F(TrackTest, AsksForAKeyframeWhenThereIsNoneToResumeWith) {
  Track track(MediaKind::video);
  track.attach(outlet_, base_);
  int asked = 0;
  track.on_keyframe_request([&asked] { ++asked; });
  track.pause();
  track.resume();
  EXPECT_EQ(asked, 1);
}

TEST_F(TrackTest, MeasuresTheDistanceOfKeyframesAndKeepsTheNewest) {
  Track track(MediaKind::video);
  EXPECT_FALSE(track.newest_keyframe());
  push(track, 0s, true);
  EXPECT_FALSE(track.stats().keyframe_distance);
  push(track, 40ms, false);
  push(track, 4s, true, 77);
  EXPECT_EQ(track.stats().keyframe_distance, 4s);
  EXPECT_EQ(gst_buffer_get_size(track.newest_keyframe()->buffer.get()), 77U);
  track.restart();
  EXPECT_FALSE(track.newest_keyframe());
}

TEST_F(TrackTest, DropsEverythingAfterDetach) {
  Track track(MediaKind::audio);
  track.attach(outlet_, base_);
  push(track, 0s, true);
  track.detach();
  push(track, 20ms, true);
  EXPECT_EQ(queued(), 1U);
  EXPECT_EQ(track.stats().frames, 2U);
}

TEST_F(TrackTest, ForgetsTheFormerGraphsPicturesAndLevel) {
  Track track(MediaKind::video);
  track.set_level(-20, -12);
  push(track, 0s, true);
  track.restart();
  track.attach(outlet_, base_);
  EXPECT_EQ(queued(), 0U);
  EXPECT_FALSE(track.stats().level_dbfs);
}

}  // namespace
}  // namespace classcast::pipelines
