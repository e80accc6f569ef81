// SPDX-License-Identifier: MIT
#include "device/status_file.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace classcast::device {
namespace {

namespace fs = std::filesystem;

class StatusFile : public ::testing::Test {
 protected:
  StatusFile() {
    char folder[] = "/tmp/classcast-status-XXXXXX";
    folder_ = mkdtemp(folder);
  }
  ~StatusFile() override { fs::remove_all(folder_); }
  fs::path folder_;
};

TEST_F(StatusFile, ReturnsWhatWasWritten) {
  RunningStatus status{"room-101", "classcastd 1", 7, 1700000000000, {}};
  status.report.camera.state = protocol::SourceState::live;
  status.report.camera.frames = 12;
  status.report.microphone.cause = "a \"quoted\" cause\nin two lines";
  ASSERT_TRUE(write_status(folder_ / "status.json", status));
  auto read = read_status(folder_ / "status.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->room, "room-101");
  EXPECT_EQ(read->pid, 7);
  EXPECT_EQ(read->written_ms, 1700000000000);
  EXPECT_EQ(read->report.camera.frames, 12);
  EXPECT_EQ(read->report.microphone.cause, status.report.microphone.cause);
}

TEST_F(StatusFile, RefusesWhatIsNotOne) {
  for (const auto* text :
       {"", "\n", "{}\n{}\n", "not\njson\n", R"({"room":"r","software":"s","pid":1,"written_ms":1})"}) {
    std::ofstream(folder_ / "other") << text;
    EXPECT_EQ(read_status(folder_ / "other").error().code, Errc::invalid) << text;
  }
}

TEST_F(StatusFile, TellsAbsenceFromFailure) {
  EXPECT_EQ(read_status(folder_ / "none").error().code, Errc::not_found);
  EXPECT_EQ(write_status(folder_ / "no" / "folder", {}).error().code, Errc::unavailable);
}

TEST_F(StatusFile, LiesInTheServiceManagersFolder) {
  setenv("RUNTIME_DIRECTORY", "/run/classcast/classroom:/run/other", 1);
  EXPECT_EQ(own_status_file(), "/run/classcast/classroom/status.json");
  unsetenv("RUNTIME_DIRECTORY");
  EXPECT_EQ(own_status_file(), "");
}

}  // namespace
}  // namespace classcast::device
