// SPDX-License-Identifier: MIT
// Recordings and the programs that make them.
#include "store/recordings.hpp"

#include "store/recorders.hpp"
#include "store/rooms.hpp"
#include "store/users.hpp"
#include "unit/store/fresh_database.hpp"

namespace classcast::store {
namespace {

class Recordings : public testing::Test {
 protected:
  void SetUp() override {
    database = fresh_database();
    ASSERT_TRUE(add_room(*database, {physics, "Physics"}, 1));
    ASSERT_TRUE(add_room(*database, {music, "Music_1"}, 1));
    anna = add_user(*database, {0, "Anna", Role::teacher, "h"}, 1)->id;
  }
  void add(const char* id, const RoomId& room, std::int64_t from_ms, const char* title = "") {
    Recording recording{id, room, title};
    recording.by_id = anna;
    recording.by_name = "Anna";
    recording.client_id = id;
    recording.from_ms = from_ms;
    recording.until_ms = from_ms + 1000;
    ASSERT_TRUE(add_recording(*database, recording));
  }
  void change(const char* id, void (*how)(Recording&)) {
    auto recording = **find_recording(*database, id);
    how(recording);
    ASSERT_TRUE(update_recording(*database, recording));
  }
  std::vector<std::string> ids(const RecordingFilter& filter) {
    std::vector<std::string> found;
    const auto listed = list_recordings(*database, filter);
    for (const auto& recording : *listed) found.push_back(recording.id);
    return found;
  }

  using Ids = std::vector<std::string>;
  const RoomId physics = *RoomId::parse("room-1");
  const RoomId music = *RoomId::parse("room-2");
  std::unique_ptr<Database> database;
  std::int64_t anna = 0;
};

TEST_F(Recordings, AreReadBackAsTheyWereWritten) {
  const auto recorder = *set_recorder(*database, "local", "hash", 1);
  add("r-1", physics, 5'000'000'000'000, "Optics");
  auto recording = **find_recording(*database, "r-1");
  EXPECT_FALSE(recording.size);
  EXPECT_TRUE(recording.open());
  recording.state = "ready";
  recording.recorder_id = recorder;
  recording.path = "recordings/room-1/x.mp4";
  recording.size = 6'000'000'000;
  recording.frames = 9;
  recording.gaps = R"({"gaps":[]})";
  recording.thumbnail = recording.is_protected = true;
  ASSERT_TRUE(update_recording(*database, recording));
  const auto read = **find_recording_of(*database, anna, "r-1");
  EXPECT_EQ(read.recorder_id, recorder);
  EXPECT_EQ(read.size, 6'000'000'000);
  EXPECT_EQ(read.path, recording.path);
  EXPECT_EQ(read.gaps, recording.gaps);
  EXPECT_TRUE(read.thumbnail && read.is_protected && !read.resume);
  EXPECT_FALSE(read.deleted_ms);
  Recording nowhere{"r-2", *RoomId::parse("room-9")};
  EXPECT_FALSE(add_recording(*database, nowhere));
}

TEST_F(Recordings, AreFoundByRoomTimePersonTextAndState) {
  add("r-1", physics, 100, "Optics");
  add("r-2", music, 200, "100% Bach");
  add("r-3", physics, 300);
  change("r-3", [](Recording& one) { one.deleted_ms = 1; });
  change("r-2", [](Recording& one) { one.state = "ready"; });
  EXPECT_EQ(ids({}), (Ids{"r-2", "r-1"}));
  EXPECT_EQ(ids({.rooms = Ids{"room-1"}}), (Ids{"r-1"}));
  EXPECT_EQ(ids({.rooms = Ids{}}), Ids{});
  EXPECT_EQ(ids({.from_ms = 150, .to_ms = 201}), (Ids{"r-2"}));
  EXPECT_EQ(ids({.by_id = anna + 1}), Ids{});
  EXPECT_EQ(ids({.text = "optics"}), (Ids{"r-1"}));
  EXPECT_EQ(ids({.text = "PHYS"}), (Ids{"r-1"}));
  EXPECT_EQ(ids({.text = "0%"}), (Ids{"r-2"})) << "no pattern";
  EXPECT_EQ(ids({.text = "c_1"}), (Ids{"r-2"}));
  EXPECT_EQ(ids({.state = "deleted"}), (Ids{"r-3"}));
  EXPECT_EQ(ids({.state = "ready"}), (Ids{"r-2"}));
}

TEST_F(Recordings, PagesGoOnWhereTheLastOneEnded) {
  for (const auto* id : {"r-1", "r-2", "r-3"}) add(id, physics, 100);
  add("r-4", physics, 50);
  EXPECT_EQ(ids({.limit = 2}), (Ids{"r-3", "r-2"}));
  EXPECT_EQ(ids({.before_ms = 100, .before_id = "r-2", .limit = 2}), (Ids{"r-1", "r-4"}));
}

TEST_F(Recordings, WorkIsWhatIsOpenToBeResumedOrToBeRemoved) {
  for (const auto* id : {"r-1", "r-2", "r-3", "r-4"}) add(id, physics, 100 + id[2]);
  change("r-2", [](Recording& one) { one.state = "ready"; });
  change("r-3", [](Recording& one) {
    one.state = "ready";
    one.resume = true;
  });
  change("r-4", [](Recording& one) {
    one.state = "ready";
    one.purged_ms = 7;
  });
  Ids work;
  const auto listed = list_recordings_at_work(*database);
  for (const auto& one : *listed) work.push_back(one.id);
  EXPECT_EQ(work, (Ids{"r-1", "r-3", "r-4"}));
  EXPECT_FALSE(find_recording(*database, "r-4")->has_value());
  EXPECT_EQ(list_finished_recordings(*database)->size(), 2U);
  ASSERT_TRUE(remove_recording(*database, "r-4"));
  EXPECT_FALSE(remove_recording(*database, "r-4"));
}

TEST_F(Recordings, TheirMakersNameOutlivesTheAccountAndTheRoomTheirFiles) {
  add("r-1", physics, 100);
  EXPECT_FALSE(remove_room(*database, physics)) << "a room with recordings stays";
  ASSERT_TRUE(remove_user(*database, anna));
  const auto read = **find_recording(*database, "r-1");
  EXPECT_FALSE(read.by_id);
  EXPECT_EQ(read.by_name, "Anna");
}

TEST_F(Recordings, ARecorderKeepsItsNumberWithANewCredential) {
  const auto id = *set_recorder(*database, "local", "old", 1);
  EXPECT_EQ(*set_recorder(*database, "local", "new", 2), id);
  EXPECT_FALSE(find_recorder(*database, "old")->has_value());
  ASSERT_TRUE(note_recorder(*database, id, "http://127.0.0.1:8446", 9));
  EXPECT_EQ((*find_recorder(*database, "new"))->url, "http://127.0.0.1:8446");
  EXPECT_EQ(list_recorders(*database)->front().seen_ms, 9);
}

}  // namespace
}  // namespace classcast::store
