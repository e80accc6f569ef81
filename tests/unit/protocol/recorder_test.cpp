// SPDX-License-Identifier: MIT
#include "protocol/recorder.hpp"

#include "protocol/json.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace classcast::protocol {
namespace {

std::string recording_fixture(const std::string& name) {
  std::ifstream in(std::string(FIXTURES) + "/protocol/" + name);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

bool alike(const std::string& a, const std::string& b) {
  g_autoptr(JsonNode) left = json_from_string(a.c_str(), nullptr);
  g_autoptr(JsonNode) right = json_from_string(b.c_str(), nullptr);
  return left != nullptr && right != nullptr && json_node_equal(left, right) != 0;
}

Recording sample() {
  Recording recording;
  recording.id = "r-7f3a0c5e9b124d68";
  recording.room = "room-101";
  recording.room_name = "Room 101";
  recording.title = "Optics, lesson 3";
  recording.state = RecordingState::ready;
  recording.started_ms = 1700000000000;
  recording.ended_ms = 1700002700000;
  recording.duration_ms = 2700000;
  recording.size = 506250000;
  recording.frames = 67500;
  recording.width = 1280;
  recording.height = 720;
  recording.sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  recording.is_protected = true;
  recording.thumbnail = true;
  recording.by_id = 7;
  recording.by_name = "Anna";
  recording.gaps = {{1700000300000, 1700000301500, "no pictures came"}};
  recording.expires_ms = 1707776000000;
  recording.rights = {"watch", "record"};
  return recording;
}

TEST(RecordingMessages, AreAsTheFixturesSay) {
  EXPECT_TRUE(alike(to_json(sample()), recording_fixture("recording.json"))) << to_json(sample());
  StorageStatus storage{"local",
                        true,
                        "/var/lib/classcast/recorder",
                        4000000000,
                        120000000000,
                        "full",
                        "Only 4.0 GB are free; nothing new is recorded."};
  EXPECT_TRUE(
      alike(storage_event(1700002701000, std::vector{storage}), recording_fixture("event-storage.json")));
  EXPECT_TRUE(alike(recording_removed_event(1700002701000, "room-101", "r-7f3a0c5e9b124d68"),
                    recording_fixture("event-recording-removed.json")));
}

TEST(RecorderMessages, GoThereAndBack) {
  RecorderReport report;
  report.seq = 7;
  report.storage = {"", false, "/srv", 1, 2, "low", "Little space is left."};
  report.rooms = {{"room-101", CaptureState::recording, "", 5, 9},
                  {"room-102", CaptureState::waiting, "x", {}, {}}};
  RecordingReport ready{"r-1", RecordingState::ready, "", 100, 9, true, RecordingResult{}};
  ready.result->path = "recordings/room-101/x.mp4";
  ready.result->gaps = {{1, 2, "c"}};
  report.recordings = {ready};
  report.removed = {"r-0"};
  auto text = to_json(report);
  auto parsed = parse_recorder_message(text);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(std::get<RecorderReport>(*parsed).recordings.front().result->gaps, ready.result->gaps);

  RecorderJobs jobs;
  jobs.min_free = 5;
  jobs.rooms = {{"room-101", "/whep/room-101?layer=high", Secret("t"), 7200000}};
  jobs.recordings = {{"r-1", "room-101", 1, 2, {}}, {"r-2", "room-101", 1, 2, 2}};
  jobs.remove = {{"r-0", "recordings/a.mp4"}};
  auto command = parse_recorder_command(to_json(jobs));
  ASSERT_TRUE(command) << command.error().message;
  EXPECT_EQ(to_json(std::get<RecorderJobs>(*command)), to_json(jobs));
}

TEST(RecorderMessages, AFinishedRecordingNeedsItsResult) {
  auto refused = parse_recorder_message(
      R"({"type":"report","seq":1,"storage":{"path":"","free":1,"total":1,"state":"ok","detail":""},"rooms":[],)"
      R"("recordings":[{"id":"r-1","state":"ready","detail":"","progress":100}],"removed":[]})");
  EXPECT_FALSE(refused);
  EXPECT_FALSE(parse_recorder_message(R"({"type":"nonsense"})"));
  EXPECT_EQ(parse_recorder_command(R"({"type":"later"})").error().code, Errc::not_found);
}

}  // namespace
}  // namespace classcast::protocol
