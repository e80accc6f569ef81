// SPDX-License-Identifier: MIT
#include "server/rooms.hpp"

#include <gtest/gtest.h>

namespace classcast::server {
namespace {

using protocol::Cause;
using protocol::RoomState;

const RoomId kRoom = *RoomId::parse("room-1");

protocol::RelayStatus relay_with(std::int64_t frames, std::int64_t viewers = 0) {
  protocol::TrackStatus video{"H264", frames * 3, frames, 2, 40, 1'200'000};
  protocol::PublisherStatus publisher{true, 1000, video, std::nullopt};
  return {1, 1, 1, {{"room-1", viewers, publisher}, {"stranger", 0, publisher}}};
}

protocol::Heartbeat healthy() {
  protocol::Heartbeat heartbeat;
  heartbeat.camera.state = heartbeat.microphone.state = protocol::SourceState::live;
  heartbeat.camera.width = 1280;
  heartbeat.camera.height = 720;
  heartbeat.microphone.level_dbfs = -23.5;
  return heartbeat;
}

class RoomTable : public testing::Test {
 protected:
  RoomTable() {
    rooms.on_changed = [this](const protocol::Room& room) { changes.push_back(room); };
    rooms.on_diary = [this](store::DiaryEntry entry) { diary.push_back(std::move(entry)); };
    rooms.on_removed = [this](const RoomId&) { ++removed; };
    rooms.load({{{kRoom, "Room 1"}}, {{kRoom, "hash"}}, {}});
  }
  protocol::Room room() { return *rooms.find(kRoom); }

  Rooms rooms;
  std::vector<protocol::Room> changes;
  std::vector<store::DiaryEntry> diary;
  int removed = 0;
};

TEST_F(RoomTable, PictureAtTheRelayMakesItLiveAtOnce) {
  rooms.relay_polled(relay_with(10));
  EXPECT_EQ(room().state, RoomState::live);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes.back().state, RoomState::live);
  ASSERT_EQ(diary.size(), 1U);
  EXPECT_EQ(diary.back().state, "live");
  EXPECT_EQ(diary.back().cause, "none");
  EXPECT_TRUE(rooms.relay_answers());
}

TEST_F(RoomTable, ShowsTheMeasurementsOfRelayAndPc) {
  rooms.agent_connected(kRoom);
  rooms.agent_reported(kRoom, healthy());
  rooms.relay_polled(relay_with(10, 3));
  auto seen = room();
  EXPECT_EQ(seen.viewers, 3);
  EXPECT_EQ(seen.level_dbfs, -23.5);
  ASSERT_TRUE(seen.video);
  EXPECT_EQ(seen.video->codec, "H264");
  EXPECT_EQ(seen.video->width, 1280);
  EXPECT_EQ(seen.video->bitrate_bps, 1'200'000);
  EXPECT_GE(seen.last_frame_ms.value(), 40);
}

TEST_F(RoomTable, ViewersAreToldAtOnceMeasurementsLater) {
  rooms.relay_polled(relay_with(10));
  auto told = changes.size();
  rooms.relay_polled(relay_with(20));
  EXPECT_EQ(changes.size(), told) << "only the bitrate and the frame's age are new";
  rooms.relay_polled(relay_with(30, 1));
  EXPECT_EQ(changes.size(), told + 1);
}

TEST_F(RoomTable, FailedPollIsNoEvidence) {
  rooms.relay_polled(fail(Errc::unavailable, "refused"));
  EXPECT_EQ(room().state, RoomState::offline);
  EXPECT_EQ(room().cause, Cause::relay);
  EXPECT_FALSE(rooms.relay_answers());
}

TEST_F(RoomTable, NewCredentialIsSeenAtOnce) {
  Rooms fresh;
  fresh.load({{{kRoom, "Room 1"}}, {}, {}});
  fresh.relay_polled(relay_with(0));
  EXPECT_EQ(fresh.find(kRoom)->detail, "No classroom PC has been set up for this room.");
  fresh.set_device({kRoom, "hash"});
  EXPECT_EQ(fresh.find(kRoom)->detail, "The classroom PC is switched off or cannot reach the server.");
}

TEST_F(RoomTable, SentencesOfThePcAreTidied) {
  rooms.agent_connected(kRoom);
  auto heartbeat = healthy();
  heartbeat.camera.state = protocol::SourceState::backoff;
  heartbeat.camera.cause = "line one\nline two " + std::string(300, 'x') + "\xff";
  rooms.relay_polled(relay_with(0));
  rooms.agent_reported(kRoom, heartbeat);
  EXPECT_EQ(room().cause, Cause::camera);
  EXPECT_EQ(room().detail.find('\n'), std::string::npos);
  EXPECT_LE(room().detail.size(), 210U);
  EXPECT_TRUE(room().detail.starts_with("line one line two"));
}

TEST_F(RoomTable, CredentialFindsItsRoomUntilItIsReplaced) {
  EXPECT_EQ(rooms.room_of_credential("hash"), kRoom);
  rooms.set_device({kRoom, "new"});
  EXPECT_FALSE(rooms.room_of_credential("hash"));
  EXPECT_EQ(rooms.room_of_credential("new"), kRoom);
}

TEST_F(RoomTable, RemovedRoomIsForgottenAndTold) {
  rooms.remove(kRoom);
  EXPECT_EQ(removed, 1);
  EXPECT_FALSE(rooms.contains(kRoom));
  rooms.relay_polled(relay_with(10));
  EXPECT_TRUE(rooms.list().empty());
}

TEST_F(RoomTable, StoppedTableSaysNothingMore) {
  rooms.relay_polled(relay_with(10));
  auto told = changes.size();
  rooms.stop();
  rooms.agent_gone(kRoom);
  rooms.relay_polled(fail(Errc::unavailable, "gone"));
  EXPECT_EQ(changes.size(), told);
  EXPECT_EQ(diary.size(), 1U);
}

TEST(Rooms, ResumesFromTheDiary) {
  Rooms rooms;
  rooms.load(
      {{{kRoom, "Room 1"}}, {}, {{kRoom, 900, "offline", "camera", "The camera does not answer.", 800}}});
  auto room = *rooms.find(kRoom);
  EXPECT_EQ(room.state, RoomState::offline);
  EXPECT_EQ(room.cause, Cause::camera);
  EXPECT_EQ(room.since_ms, 800);
}

}  // namespace
}  // namespace classcast::server
