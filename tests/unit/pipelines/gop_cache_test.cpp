// SPDX-License-Identifier: MIT
#include "pipelines/gop_cache.hpp"

#include <gtest/gtest.h>

namespace classcast::pipelines {
namespace {

constexpr Instant kStart{1000s};

class GopCacheTest : public ::testing::Test {
 protected:
  GopCacheTest() { init(); }
  void add(Duration at, bool keyframe, std::size_t size = 100) {
    cache_.add(
        {Ref<GstBuffer>::adopt(gst_buffer_new_allocate(nullptr, size, nullptr)), kStart + at, keyframe});
  }
  GopCache cache_;
};

TEST_F(GopCacheTest, BeginsWithAKeyframe) {
  add(0ms, false);
  EXPECT_EQ(cache_.size(), 0U);
  add(40ms, true);
  add(80ms, false);
  EXPECT_EQ(cache_.size(), 2U);
  add(120ms, true);
  EXPECT_EQ(cache_.size(), 1U);
}

TEST_F(GopCacheTest, SqueezesTheReplayUpToTheNewestFrame) {
  for (int i = 0; i < 50; ++i) add(i * 40ms, i == 0);
  auto frames = cache_.replay();
  ASSERT_EQ(frames.size(), 50U);
  EXPECT_TRUE(frames.front().keyframe);
  EXPECT_EQ(frames.back().time, kStart + 1960ms);
  EXPECT_EQ(frames.front().time, kStart + 1960ms - 49ms);
}

TEST_F(GopCacheTest, NeverGoesBackBehindWhatWasSentBefore) {
  for (int i = 0; i < 250; ++i) add(i * 40ms, i == 0);
  const auto newest = kStart + 249 * 40ms;
  auto frames = cache_.replay(newest - 40ms);
  ASSERT_EQ(frames.size(), 250U);
  EXPECT_GT(frames.front().time, newest - 40ms);
  for (std::size_t i = 1; i < frames.size(); ++i) EXPECT_GT(frames[i].time, frames[i - 1].time) << i;
  EXPECT_LE(frames.back().time, newest);
  EXPECT_GT(cache_.replay(newest).front().time, newest) << "even when nothing new has come";
}

TEST_F(GopCacheTest, IsBoundedInBytesAndTime) {
  add(0ms, true, GopCache::kMaxBytes);
  add(40ms, false, 1);
  EXPECT_EQ(cache_.size(), 0U);
  add(80ms, true);
  add(80ms + GopCache::kMaxLength, false);
  EXPECT_EQ(cache_.size(), 1U + 1U);
  add(81ms + GopCache::kMaxLength, false);
  EXPECT_EQ(cache_.size(), 0U);
  add(100ms + GopCache::kMaxLength, false);
  EXPECT_EQ(cache_.size(), 0U) << "a group with a gap is of no use";
}

}  // namespace
}  // namespace classcast::pipelines
