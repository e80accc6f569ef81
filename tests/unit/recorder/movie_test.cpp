// SPDX-License-Identifier: MIT
#include "recorder/finish.hpp"
#include "recorder/movie_writer.hpp"
#include "unit/recorder/stream.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace classcast::recorder {
namespace {

Movie small_movie() {
  Movie movie;
  movie.format = test_format();
  movie.start_ms = 1'700'000'000'000;
  movie.video = {{100, 9000, true}, {20, 9000, false}, {20, 45'000, false}, {90, 9000, true}};
  movie.audio = {{10, 1024, true}, {10, 1024, true}};
  movie.audio_priming = 1024;
  movie.chunks = {{kVideoTrack, 0, 2, 120}, {kAudioTrack, 0, 2, 20}, {kVideoTrack, 2, 2, 110}};
  return movie;
}

std::optional<Bytes> descend(Bytes data, std::initializer_list<const char*> path) {
  std::optional<Bytes> found = data;
  for (const auto* type : path) {
    if (found) found = find_box(*found, type);
  }
  return found;
}

TEST(MovieHead, StandsBeforeTheMedia) {
  const auto movie = small_movie();
  const auto head = write_movie_head(movie);
  BoxReader boxes(head);
  EXPECT_EQ(boxes.next()->type, "ftyp");
  EXPECT_EQ(boxes.next()->type, "moov");
  // The mdat's head remains: a size of 64 bits that covers itself and the chunks.
  ASSERT_EQ(boxes.left(), 16U);
  Reader mdat(Bytes(head).last(8));
  EXPECT_EQ(mdat.u64(), 16U + 120 + 20 + 110);
}

TEST(MovieHead, PointsAtItsChunks) {
  const auto head = write_movie_head(small_movie());
  auto offsets = descend(head, {"moov", "trak", "mdia", "minf", "stbl", "co64"});
  ASSERT_TRUE(offsets);
  Reader reader(*offsets);
  reader.skip(4);
  EXPECT_EQ(reader.u32(), 2U);
  EXPECT_EQ(reader.u64(), head.size());
  EXPECT_EQ(reader.u64(), head.size() + 140);
}

TEST(MovieHead, CountsKeyframesAndRunsOfDurations) {
  const auto head = write_movie_head(small_movie());
  Reader durations(*descend(head, {"moov", "trak", "mdia", "minf", "stbl", "stts"}));
  durations.skip(4);
  EXPECT_EQ(durations.u32(), 3U);
  Reader keyframes(*descend(head, {"moov", "trak", "mdia", "minf", "stbl", "stss"}));
  keyframes.skip(4);
  EXPECT_EQ(keyframes.u32(), 2U);
  EXPECT_EQ(keyframes.u32(), 1U);
  EXPECT_EQ(keyframes.u32(), 4U);
}

TEST(MovieHead, SaysWhenItWasAndHowLong) {
  const auto movie = small_movie();
  EXPECT_EQ(duration_ms(movie), 800U);
  const auto head = write_movie_head(movie);
  Reader header(*descend(head, {"moov", "mvhd"}));
  header.skip(4);
  EXPECT_EQ(header.u64(), 1'700'000'000 + kSeconds1904To1970);
}

TEST(MovieHead, NamesParameterSetsThatChange) {
  auto movie = small_movie();
  auto entries = [&movie] {
    const auto head = write_movie_head(movie);
    auto table = descend(head, {"moov", "trak", "mdia", "minf", "stbl", "stsd"});
    return std::string(BoxReader(table->subspan(8)).next()->type);
  };
  EXPECT_EQ(entries(), "avc1");
  movie.parameters_change = true;
  EXPECT_EQ(entries(), "avc3");
}

TEST(RecordingPath, NamesRoomDayAndTime) {
  setenv("TZ", "UTC", 1);
  EXPECT_EQ(recording_path("room-101", 1'700'000'000'000),
            "recordings/room-101/2023-11-14/room-101_22-13-20.mp4");
}

}  // namespace
}  // namespace classcast::recorder
