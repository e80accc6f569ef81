// SPDX-License-Identifier: MIT
// Where two sessions of a capture meet, in what is read back from the store.
#include "recorder/playlist.hpp"
#include "recorder/range.hpp"
#include "unit/recorder/stream.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace classcast::recorder {
namespace {

namespace fs = std::filesystem;
constexpr std::int64_t kCameraStart = 1'700'000'000'000;
constexpr std::int64_t kHalf = 500;  ///< what a fragment lasts
constexpr int kGop = 4;              ///< fragments from keyframe to keyframe

/// A camera whose every picture is told by its size.
Fragment camera_fragment(int number, std::int64_t off_ms) {
  auto fragment = test_fragment(kCameraStart + number * kHalf + off_ms, number % kGop == 0);
  std::size_t size = 1000 + static_cast<std::size_t>(number) * fragment.video.size();
  for (auto& picture : fragment.video) picture.data = Buffer(size++, 0x41);
  return fragment;
}

struct SeamTest : testing::Test {
  fs::path room = [] {
    std::string name = fs::temp_directory_path() / "recorder-XXXXXX";
    return fs::path(mkdtemp(name.data()));
  }();
  std::optional<RoomWriter> writer;
  ~SeamTest() override { fs::remove_all(room); }

  /// The recorder is started.
  void start() {
    writer.reset();
    auto opened = RoomWriter::open(room);
    ASSERT_TRUE(opened);
    writer.emplace(std::move(*opened));
  }
  /// What the camera sends from one fragment to before another, `off_ms` later by this session's clock.
  void record(int from, int until, std::int64_t off_ms) {
    for (int i = from; i < until; ++i)
      ASSERT_TRUE(writer->append(camera_fragment(i, off_ms), test_format(), "test"));
  }
  [[nodiscard]] Range range() const {
    auto read = read_range(room, 0, INT64_MAX);
    EXPECT_TRUE(read) << read.error().message;
    return read ? std::move(*read) : Range{};
  }
  /// Each picture once and in order, from the first to before fragment `until`.
  void expect_whole(int until) const {
    const auto read = range();
    const auto pictures = camera_fragment(0, 0).video.size();
    ASSERT_EQ(read.video.size(), static_cast<std::size_t>(until) * pictures);
    for (std::size_t i = 0; i < read.video.size(); ++i) {
      ASSERT_EQ(read.video[i].size, 1000 + i);
      ASSERT_TRUE(i == 0 || read.video[i].time_ns > read.video[i - 1].time_ns) << i;
    }
  }
  /// Where players find the fragments that are shown, in order.
  [[nodiscard]] std::vector<std::int64_t> shown() const {
    std::vector<std::int64_t> starts;
    for (const auto& segment : segments_of(list_files(room), [](const auto&) { return std::string("one"); }))
      starts.push_back(segment.start_ms - kCameraStart);
    return starts;
  }
};

TEST_F(SeamTest, ASessionMayBeginBeforeTheFileThatItRepeats) {
  start();
  record(0, 2, 0);
  start();
  record(0, 9, -23);
  expect_whole(9);
  EXPECT_TRUE(range().gaps.empty());
  EXPECT_EQ(shown(), (std::vector<std::int64_t>{-23, 1977}));
}

TEST_F(SeamTest, ASessionOfTheSameProcessMayRepeatPictures) {
  start();
  record(0, 6, 0);
  writer->begin_session();
  record(4, 13, -30);
  expect_whole(13);
  EXPECT_TRUE(range().gaps.empty());
  EXPECT_EQ(shown(), (std::vector<std::int64_t>{0, 1970, 3970}));
}

TEST_F(SeamTest, ASingleFragmentIsRepeatedEvenWhereItSeemsToFollow) {
  start();
  record(0, 5, 0);
  writer->begin_session();
  record(4, 9, kHalf);
  expect_whole(9);
  EXPECT_TRUE(range().gaps.empty());
}

TEST_F(SeamTest, ASessionThatEndedAtOnceTakesNothingAway) {
  start();
  record(0, 8, 0);
  start();
  record(4, 5, 23);
  expect_whole(8);
  start();
  record(8, 13, 90);
  expect_whole(13);
  ASSERT_EQ(range().gaps.size(), 1U) << "whether nothing is missing there cannot be told";
  EXPECT_EQ(range().gaps[0].start_ms, kCameraStart + 8 * kHalf);
  EXPECT_EQ(range().gaps[0].end_ms, kCameraStart + 8 * kHalf + 90);
  EXPECT_EQ(shown(), (std::vector<std::int64_t>{0, 2000, 4090}));
}

TEST_F(SeamTest, ManySessionsRepeatTheSameKeyframe) {
  start();
  record(0, 7, 0);
  for (int i = 0; i < 5; ++i) {
    start();
    record(4, 5 + i % 3, i * 20 - 40);
    writer->begin_session();
    record(4, 6, 10);
  }
  expect_whole(7);
  start();
  record(4, 9, 15);
  expect_whole(9);
  EXPECT_TRUE(range().gaps.empty());
}

TEST_F(SeamTest, KeepsWhatIsStoredWhereTheClockOverlaps) {
  start();
  record(0, 4, 0);
  start();
  record(4, 8, -260);
  expect_whole(8);
  ASSERT_EQ(range().gaps.size(), 1U) << "a picture may be missing";
}

TEST_F(SeamTest, KeepsWhatIsStoredWhenTheComputersClockWentBack) {
  constexpr std::int64_t kHour = 3'600'000;
  start();
  record(0, 8, 0);
  start();
  record(8, 16, -kHour);
  expect_whole(16);
  EXPECT_EQ(shown(), (std::vector<std::int64_t>{0, 2000, 4000 - kHour}));
  start();
  record(16, 24, 0);
  expect_whole(24);
}

TEST_F(SeamTest, MarksASmallHoleBetweenSessionsAndNoneWhereNothingIsMissing) {
  start();
  record(0, 4, 0);
  start();
  record(4, 6, 80);
  ASSERT_EQ(range().gaps.size(), 1U);
  EXPECT_EQ(range().gaps[0].end_ms - range().gaps[0].start_ms, 80);
  // The keyframe's second time is after the end of what was stored.
  start();
  record(4, 9, 80 + 2 * kHalf - 100);
  expect_whole(9);
  EXPECT_EQ(range().gaps.size(), 1U);
}

TEST_F(SeamTest, IsADiscontinuityForPlayersHoweverSmall) {
  start();
  record(0, 6, 0);
  start();
  record(4, 13, 13);
  const auto segments = segments_of(list_files(room), [](const auto&) { return std::string("one"); });
  ASSERT_EQ(segments.size(), 3U);
  EXPECT_FALSE(segments[0].discontinuity);
  EXPECT_TRUE(segments[1].discontinuity);
  EXPECT_FALSE(segments[2].discontinuity);
}

TEST_F(SeamTest, KeepsTheSoundOfRepeatedPictures) {
  start();
  record(0, 6, 0);
  writer->begin_session();
  for (int i = 4; i < 9; ++i) {
    auto fragment = camera_fragment(i, 0);
    if (i < 6) fragment.audio.clear();
    ASSERT_TRUE(writer->append(fragment, test_format(), "test"));
  }
  EXPECT_EQ(range().audio.size(), 9 * camera_fragment(0, 0).audio.size());
}

TEST_F(SeamTest, IsKnownAfterTheIndexWasLost) {
  start();
  record(0, 6, 0);
  start();
  record(4, 9, -23);
  auto file = list_files(room).back();
  const auto before = file.entries;
  file.entries.clear();
  ASSERT_TRUE(repair(file));
  ASSERT_EQ(file.entries.size(), before.size());
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_EQ(to_line(file.entries[i]), to_line(before[i]));
}

}  // namespace
}  // namespace classcast::recorder
