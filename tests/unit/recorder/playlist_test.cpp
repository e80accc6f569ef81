// SPDX-License-Identifier: MIT
#include "recorder/playlist.hpp"

#include <gtest/gtest.h>

namespace classcast::recorder {
namespace {

/// A file of half-second fragments; a keyframe every `gop` of them, each other than the rest.
StoredFile file_of(std::int64_t start_ms, int fragments, int gop) {
  StoredFile file{"x.mp4", start_ms, {}};
  std::uint64_t offset = 1000;
  for (int i = 0; i < fragments; ++i) {
    IndexEntry entry;
    entry.start_ms = start_ms + i * 500;
    entry.end_ms = entry.start_ms + 500;
    entry.offset = offset;
    entry.size = 100;
    entry.entry = i % gop == 0;
    entry.pictures = 5;
    if (entry.entry) entry.keyframe = static_cast<std::uint32_t>(entry.start_ms + 1);
    file.entries.push_back(entry);
    offset += 100;
  }
  return file;
}

std::string same(const StoredFile&) {
  return "one";
}

TEST(Playlist, SegmentsAreGroupsOfPicturesOfAtLeastTwoSeconds) {
  const std::vector<StoredFile> files = {file_of(0, 20, 2), file_of(10'000, 20, 8)};
  const auto segments = segments_of(files, same);
  ASSERT_EQ(segments.size(), 5U + 2U) << "the growing one is left out";
  EXPECT_EQ(segments[0].end_ms - segments[0].start_ms, 2000);
  EXPECT_EQ(segments[0].size, 400U);
  EXPECT_EQ(segments[5].end_ms - segments[5].start_ms, 4000);
  EXPECT_FALSE(segments[5].discontinuity) << "another file is no hole";
}

TEST(Playlist, HolesOtherFormatsAndOverlapsAreDiscontinuities) {
  const std::vector<StoredFile> hole = {file_of(0, 4, 4), file_of(5000, 4, 4), file_of(7000, 4, 4)};
  const auto segments = segments_of(hole, same);
  ASSERT_EQ(segments.size(), 2U);
  EXPECT_TRUE(segments[1].discontinuity);
  // A capture that was killed gets back what it had already.
  std::vector<StoredFile> twice = {file_of(0, 8, 4), file_of(2000, 8, 4), file_of(6000, 4, 4)};
  twice[1].entries[0].session = true;
  const auto once = segments_of(twice, same);
  ASSERT_EQ(once.size(), 3U);
  EXPECT_EQ(once[2].start_ms, 4000);
  EXPECT_FALSE(once[2].discontinuity);
  const auto formats =
      segments_of(hole, [](const StoredFile& file) { return std::to_string(file.start_ms); });
  EXPECT_TRUE(formats[1].discontinuity);
}

TEST(Playlist, ShowsNoPictureTwiceWhereTwoCapturesMeet) {
  // Killed a second after its second keyframe, which the next capture gets again, 120 ms off.
  std::vector<StoredFile> files = {file_of(0, 6, 4), file_of(2120, 12, 4), {"empty.mp4", 9000, {}}};
  files[1].entries[0].session = true;
  files[0].entries[4].keyframe = files[1].entries[0].keyframe = 777;
  const auto segments = segments_of(files, same);
  ASSERT_EQ(segments.size(), 3U);
  EXPECT_EQ(segments[0].end_ms, 2000);
  EXPECT_EQ(segments[1].start_ms, 2120);
  EXPECT_TRUE(segments[1].discontinuity);
  EXPECT_FALSE(segments[2].discontinuity);
  // The same keyframe with a time after the end of what was stored.
  files[1] = file_of(3200, 12, 4);
  files[0].entries[4].start_ms = 2600;
  files[1].entries[0].session = true;
  files[1].entries[0].keyframe = 777;
  EXPECT_EQ(segments_of(files, same)[0].end_ms, 2000);
}

TEST(Playlist, KeepsTheEndOfAFileThatTheNextOneFollows) {
  // Every keyframe is the same, as those of a camera without a picture.
  std::vector<StoredFile> files = {file_of(0, 4, 1), file_of(2000, 4, 1), file_of(4000, 4, 1)};
  for (auto& file : files) {
    for (auto& entry : file.entries) entry.keyframe = 777;
  }
  const auto segments = segments_of(files, same);
  ASSERT_EQ(segments.size(), 2U);
  EXPECT_EQ(segments[0].end_ms, 2000);
  EXPECT_FALSE(segments[1].discontinuity);
}

TEST(Playlist, IsWrittenWithDatesMapsAndNumbers) {
  const std::vector<StoredFile> files = {file_of(1'700'000'000'000, 4, 4), file_of(1'700'000'005'000, 4, 4),
                                         file_of(1'700'000'007'000, 4, 4)};
  const auto text = write_playlist(segments_of(files, same), {7, 3, false});
  EXPECT_NE(text.find("#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-DISCONTINUITY-SEQUENCE:3\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("#EXT-X-MAP:URI=\"1700000000000-init.mp4\"\n"
                      "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:20.000Z\n#EXTINF:2.000,\n"
                      "1700000000000-1000-400.m4s\n#EXT-X-DISCONTINUITY\n"),
            std::string::npos)
      << text;
}

TEST(Playlist, ADeltaUpdateLeavesOutWhatIsOld) {
  const std::vector<StoredFile> files = {file_of(0, 120, 4), file_of(60'000, 120, 4), file_of(120'000, 4, 4)};
  const auto segments = segments_of(files, same);
  ASSERT_EQ(segments.size(), 60U);
  const auto text = write_playlist(segments, {0, 0, true});
  EXPECT_NE(text.find("#EXT-X-SKIP:SKIPPED-SEGMENTS=53\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("#EXT-X-MAP"), std::string::npos) << "known already";
}

}  // namespace
}  // namespace classcast::recorder
