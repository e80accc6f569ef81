// SPDX-License-Identifier: MIT
#include "recorder/range.hpp"
#include "unit/recorder/stream.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace classcast::recorder {
namespace {

namespace fs = std::filesystem;
constexpr std::int64_t kStoreStart = 1'700'000'000'000;

struct RoomTest : testing::Test {
  fs::path room = [] {
    std::string name = fs::temp_directory_path() / "recorder-XXXXXX";
    return fs::path(mkdtemp(name.data()));
  }();
  ~RoomTest() override { fs::remove_all(room); }

  /// `count` half seconds from `start`, a keyframe every two seconds.
  void write(std::int64_t start, int count) const {
    auto writer = RoomWriter::open(room);
    ASSERT_TRUE(writer);
    for (int i = 0; i < count; ++i) {
      auto written =
          writer->append(test_fragment(start + i * 500, i % 4 == 0, 100 + i), test_format(), "test");
      ASSERT_TRUE(written) << written.error().message;
    }
  }
  [[nodiscard]] fs::path last(const char* extension) const {
    return list_file_names(room).back().path.replace_extension(extension);
  }
};

TEST(Fragment, IsReadBackAsItWasWritten) {
  const auto fragment = test_fragment(kStoreStart, true);
  const auto bytes = write_fragment(fragment, 1);
  auto read = read_fragment(*find_box(bytes, "moof"));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->video.size(), fragment.video.size());
  ASSERT_EQ(read->audio.size(), fragment.audio.size());
  for (std::size_t i = 0; i < read->video.size(); ++i) {
    const auto& sample = read->video[i];
    EXPECT_EQ(sample.time_ns, fragment.video[i].time_ns);
    EXPECT_EQ(sample.keyframe, fragment.video[i].keyframe);
    const auto data = Bytes(bytes).subspan(sample.offset, sample.size);
    EXPECT_TRUE(std::equal(data.begin(), data.end(), fragment.video[i].data.begin()));
  }
  EXPECT_EQ(read->audio.back().offset + read->audio.back().size, bytes.size());
}

TEST(Fragment, RefusesEveryCutMoof) {
  const auto bytes = write_fragment(test_fragment(kStoreStart, true), 1);
  const auto moof = *find_box(bytes, "moof");
  // Between its tracks a cut leaves a smaller moof that is right in itself.
  BoxReader boxes(moof);
  boxes.next();
  boxes.next();
  const auto between = moof.size() - boxes.left();
  for (std::size_t size = 0; size < moof.size(); ++size) {
    if (size != between) {
      EXPECT_FALSE(read_fragment(moof.first(size))) << size;
    }
  }
}

TEST(Format, IsReadBackAsItWasWritten) {
  for (bool audio : {true, false}) {
    const auto init = write_init(test_format(audio));
    auto read = read_format(*find_box(init, "moov"));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, test_format(audio));
  }
}

TEST(IndexLine, RoundTripsAndRefusesTornLines) {
  IndexEntry entry;
  entry.start_ms = 5;
  entry.end_ms = 7;
  entry.offset = 11;
  entry.size = 13;
  entry.entry = true;
  entry.pictures = 25;
  entry.keyframe = 4'000'000'000;
  auto line = to_line(entry);
  line.pop_back();
  ASSERT_TRUE(parse_line(line));
  EXPECT_EQ(to_line(*parse_line(line)), line + "\n");
  entry.session = true;
  line = to_line(entry);
  line.pop_back();
  ASSERT_TRUE(parse_line(line));
  EXPECT_TRUE(parse_line(line)->session && parse_line(line)->entry);
  for (const auto* torn :
       {"", "key", "key 5 7", "key 5 7 11", "key 5 7 11 13", "key 7 5 11 13 25 12", "nonsense 1 2 3 4 5 6"}) {
    EXPECT_FALSE(parse_line(torn)) << torn;
  }
}

TEST(IndexLine, OfAnOlderRecorderIsUnderstood) {
  const auto entry = parse_line("key 5 7 11 13 4711");
  ASSERT_TRUE(entry);
  EXPECT_TRUE(entry->entry);
  EXPECT_FALSE(entry->session);
  EXPECT_EQ(entry->size, 13U);
  EXPECT_EQ(entry->keyframe, 0U) << "a size is no keyframe";
}

TEST_F(RoomTest, BeginsAFileEveryMinuteAtAKeyframe) {
  write(kStoreStart, 250);
  const auto files = list_files(room);
  ASSERT_EQ(files.size(), 3U);
  for (const auto& file : files) {
    EXPECT_TRUE(file.entries.front().entry);
    EXPECT_EQ(fs::file_size(file.path), file.entries.back().offset + file.entries.back().size);
  }
}

TEST_F(RoomTest, CutsATornFragmentAndKeepsWhatIsWhole) {
  write(kStoreStart, 8);
  const auto whole = list_files(room).back();
  for (auto size = whole.entries.back().offset; size < fs::file_size(whole.path); size += 37) {
    auto copy = whole;
    copy.path = room / "1.mp4";
    fs::copy_file(whole.path, copy.path, fs::copy_options::overwrite_existing);
    fs::resize_file(copy.path, size);
    ASSERT_TRUE(repair(copy)) << size;
    EXPECT_EQ(copy.entries.size(), 7U) << size;
    EXPECT_EQ(fs::file_size(copy.path), whole.entries.back().offset) << size;
  }
}

TEST_F(RoomTest, RebuildsALostIndex) {
  write(kStoreStart, 8);
  const auto before = list_files(room);
  std::ofstream(last(".idx"), std::ios::trunc) << "key 17000";
  ASSERT_TRUE(RoomWriter::open(room));
  const auto after = list_files(room);
  ASSERT_EQ(after.back().entries.size(), 8U);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(to_line(after.back().entries[i]), to_line(before.back().entries[i]));
  }
}

TEST_F(RoomTest, ForgetsLinesWhoseBytesWereLostAndFragmentsOfZeros) {
  write(kStoreStart, 8);
  const auto entry = list_files(room).back().entries[6];
  fs::resize_file(last(".mp4"), entry.offset);
  fs::resize_file(last(".mp4"), entry.offset + 3000);  // as after a power cut: the length came first
  ASSERT_TRUE(RoomWriter::open(room));
  EXPECT_EQ(list_files(room).back().entries.size(), 6U);
}

TEST_F(RoomTest, RemovesAFileThatHoldsNothing) {
  write(kStoreStart, 4);
  std::ofstream(room / "1800000000000.mp4") << "nothing";
  auto writer = RoomWriter::open(room);
  ASSERT_TRUE(writer);
  EXPECT_EQ(list_files(room).size(), 1U);
  EXPECT_EQ(writer->end_ms(), kStoreStart + 2000);
}

TEST_F(RoomTest, MarksAGap) {
  write(kStoreStart, 4);
  write(kStoreStart + 7000, 4);
  auto range = read_range(room, kStoreStart, kStoreStart + 60'000);
  ASSERT_TRUE(range);
  ASSERT_EQ(range->gaps.size(), 1U);
  EXPECT_EQ(range->gaps[0].start_ms, kStoreStart + 2000);
  EXPECT_EQ(range->gaps[0].end_ms, kStoreStart + 7000);
  EXPECT_EQ(range->gaps[0].cause, "test");
  EXPECT_EQ(range->video.size(), 40U);
}

TEST_F(RoomTest, RangeBeginsAtTheKeyframeBefore) {
  write(kStoreStart, 40);
  auto range = read_range(room, kStoreStart + 5300, kStoreStart + 9100);
  ASSERT_TRUE(range);
  EXPECT_EQ(range->start_ns(), (kStoreStart + 4000) * 1'000'000);
  EXPECT_TRUE(range->video.front().keyframe);
  EXPECT_EQ(range->video.back().time_ns, (kStoreStart + 9400) * 1'000'000);
  EXPECT_EQ(read_range(room, kStoreStart - 9000, kStoreStart + 100)->video.size(), 5U);
  EXPECT_FALSE(read_range(room, kStoreStart - 9000, kStoreStart - 1));
}

TEST_F(RoomTest, RangeTakesPicturesThatCameTwiceOnce) {
  {
    auto writer = RoomWriter::open(room);
    for (int i = 0; i < 6; ++i) {
      ASSERT_TRUE(
          writer->append(test_fragment(kStoreStart + i * 500, i % 4 == 0, 100 + i), test_format(), ""));
    }
  }
  // After a crash the capture begins at the last keyframe again, with times that are 30 ms off.
  auto writer = RoomWriter::open(room);
  for (int i = 4; i < 12; ++i) {
    ASSERT_TRUE(
        writer->append(test_fragment(kStoreStart + i * 500 + 30, i % 4 == 0, 100 + i), test_format(), ""));
  }
  auto range = read_range(room, kStoreStart, kStoreStart + 60'000);
  ASSERT_TRUE(range);
  EXPECT_EQ(range->video.size(), 60U);
  EXPECT_TRUE(range->gaps.empty());
  for (std::size_t i = 1; i < range->video.size(); ++i) {
    EXPECT_GT(range->video[i].time_ns, range->video[i - 1].time_ns);
  }
}

}  // namespace
}  // namespace classcast::recorder
