// SPDX-License-Identifier: MIT
#include "recorder/disk.hpp"

#include "recorder/file_answer.hpp"
#include "recorder/job.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace classcast::recorder {
namespace {

constexpr std::int64_t kMinute = 60'000;

TEST(Disk, WarnsThenRefusesAndDoesNotGoToAndFro) {
  EXPECT_EQ(assess_disk(DiskState::ok, 3000, 1000), DiskState::ok);
  EXPECT_EQ(assess_disk(DiskState::ok, 1999, 1000), DiskState::low);
  EXPECT_EQ(assess_disk(DiskState::low, 999, 1000), DiskState::full);
  EXPECT_EQ(assess_disk(DiskState::full, 1100, 1000), DiskState::full);
  EXPECT_EQ(assess_disk(DiskState::full, 1125, 1000), DiskState::low);
  EXPECT_EQ(assess_disk(DiskState::lost, 5000, 1000), DiskState::ok);
  EXPECT_EQ(assess_disk(DiskState::ok, 0, 0), DiskState::ok);
}

std::vector<FileSpan> minutes(int count, std::int64_t now_ms) {
  std::vector<FileSpan> files;
  for (int i = count; i > 0; --i) files.push_back({now_ms - i * kMinute, now_ms - (i - 1) * kMinute});
  return files;
}

TEST(Segments, StayForTheWindowAndForRecordings) {
  constexpr std::int64_t kNow = 1000 * kMinute;
  const auto files = minutes(20, kNow);
  auto gone = plan_segments(files, 5 * kMinute, {}, kNow);
  EXPECT_EQ(gone.size(), 13U) << "five minutes, a minute and a half of grace";
  EXPECT_EQ(gone.front(), 0U);
  const std::vector<KeptRange> kept = {{kNow - 18 * kMinute, kNow - 17 * kMinute}};
  gone = plan_segments(files, 5 * kMinute, kept, kNow);
  EXPECT_EQ(std::count(gone.begin(), gone.end(), 2U), 0);
  EXPECT_EQ(std::count(gone.begin(), gone.end(), 0U), 1);
  EXPECT_TRUE(plan_segments(files, 0, std::vector<KeptRange>{{0, {}}}, kNow).empty());
}

TEST(Segments, NothingNeededEverGoesOverRandomHistories) {
  std::mt19937 random(7);
  auto below = [&random](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  for (int round = 0; round < 500; ++round) {
    const std::int64_t now = 5000 * kMinute + below(1000);
    std::vector<FileSpan> files;
    std::int64_t at = now - (20 + below(200)) * kMinute;
    while (at < now) {
      files.push_back({at, at + kMinute});
      at += kMinute + (below(5) == 0 ? below(30) * kMinute : 0);
    }
    std::vector<KeptRange> kept;
    for (int i = below(4); i > 0; --i) {
      const auto from = now - below(200) * kMinute;
      kept.push_back({from, below(2) == 0 ? std::nullopt : std::optional(from + below(20) * kMinute)});
    }
    const auto window = below(3) * below(120) * kMinute;
    const auto gone = plan_segments(files, window, kept, now);
    for (std::size_t i = 0; i < files.size(); ++i) {
      const bool in_window = files[i].end_ms > now - window;
      const bool recorded = std::any_of(kept.begin(), kept.end(), [&](const auto& range) {
        return files[i].end_ms > range.from_ms && files[i].start_ms < range.until_ms.value_or(INT64_MAX);
      });
      const bool goes = std::find(gone.begin(), gone.end(), i) != gone.end();
      if (in_window || recorded || i + 1 == files.size()) {
        ASSERT_FALSE(goes) << "round " << round;
      }
      const bool old = files[i].end_ms < now - window - kWindowGraceMs;
      const bool near = std::any_of(kept.begin(), kept.end(), [&](const auto& range) {
        return files[i].end_ms >= range.from_ms - kMinute &&
               files[i].start_ms <= range.until_ms.value_or(INT64_MAX);
      });
      if (old && !near && i + 1 < files.size()) {
        ASSERT_TRUE(goes) << "round " << round;
      }
    }
  }
}

TEST(Jobs, StopByThemselvesAndWhenTheDiskIsFull) {
  Job job;
  job.id = "r-1";
  job.room = "room-1";
  job.from_ms = 10;
  job.until_ms = 100;
  step(job, 99, false);
  EXPECT_EQ(job.state, protocol::RecordingState::recording);
  auto cut = job;
  step(cut, 50, true);
  EXPECT_EQ(cut.state, protocol::RecordingState::finishing);
  EXPECT_TRUE(cut.cut);
  EXPECT_EQ(cut.stop_ms, 50);
  step(job, 130, false);
  EXPECT_EQ(job.stop_ms, 100) << "not when it was noticed";
  auto again = parse_job(to_json(job));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(to_json(*again), to_json(job));
  EXPECT_FALSE(parse_job(R"({"id":"../x"})"));
}

TEST(Paths, OnlyRecordingsOfOursAreTouched) {
  EXPECT_TRUE(safe_path("recordings/room-1/2026-11-27/room-1_10-00-00.mp4"));
  for (const auto* bad :
       {"", "/etc/passwd", "recordings/../x", "recordings//x", "segments/room-1/1.mp4", "recordings/./x"})
    EXPECT_FALSE(safe_path(bad)) << bad;
}

TEST(Ranges, OfBytesAreReadAsInRfc9110) {
  ByteRange range;
  EXPECT_EQ(parse_range("bytes=0-0", 10, range), RangeKind::part);
  EXPECT_EQ(range, ByteRange(0, 0));
  EXPECT_EQ(parse_range("bytes=4-", 10, range), RangeKind::part);
  EXPECT_EQ(range, ByteRange(4, 9));
  EXPECT_EQ(parse_range("bytes=-3", 10, range), RangeKind::part);
  EXPECT_EQ(range, ByteRange(7, 9));
  EXPECT_EQ(parse_range("bytes=5-99", 10, range), RangeKind::part);
  EXPECT_EQ(range, ByteRange(5, 9));
  EXPECT_EQ(parse_range("bytes=10-", 10, range), RangeKind::unsatisfiable);
  EXPECT_EQ(parse_range("bytes=-0", 10, range), RangeKind::unsatisfiable);
  for (const auto* odd :
       {"", "bytes=", "bytes=a-b", "bytes=1-2,4-5", "items=1-2", "bytes=5-4", "bytes=-", "bytes=--1"})
    EXPECT_EQ(parse_range(odd, 10, range), RangeKind::none) << odd;
}

}  // namespace
}  // namespace classcast::recorder
