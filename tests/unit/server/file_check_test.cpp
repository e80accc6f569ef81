// SPDX-License-Identifier: MIT
#include "server/file_check.hpp"

#include <gtest/gtest.h>

namespace classcast::server {
namespace {

constexpr std::int64_t kHour = 3'600'000;

store::Recording with_file(const std::string& id, std::int64_t size) {
  store::Recording recording{id, *RoomId::parse("room-1"), "", "ready"};
  recording.path = "recordings/room-1/" + id + ".mp4";
  recording.size = size;
  return recording;
}

TEST(FileCheck, FindsWhatIsMissingOtherAndNobodys) {
  auto purged = with_file("purged", 1);
  purged.purged_ms = 5;
  const std::vector recordings = {with_file("good", 10), with_file("gone", 10), with_file("cut", 10), purged};
  const std::vector<FileOnDisk> files = {{"recordings/room-1/good.mp4", 10, 0},
                                         {"recordings/room-1/cut.mp4", 9, 0},
                                         {"recordings/room-1/old.mp4", 1, 0},
                                         {"recordings/room-1/young.mp4", 1, 9 * kHour + 1},
                                         {"recordings/room-1/purged.mp4", 1, 0}};
  const auto faults = compare_files(recordings, files, 10 * kHour);
  EXPECT_EQ(faults.missing, std::vector<std::string>{"gone"});
  EXPECT_EQ(faults.other_size, std::vector<std::string>{"cut"});
  EXPECT_EQ(faults.orphans, std::vector<std::string>{"recordings/room-1/old.mp4"});
}

}  // namespace
}  // namespace classcast::server
