// SPDX-License-Identifier: MIT
#include "server/status.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace classcast::server {
namespace {

using protocol::Cause;
using protocol::RoomState;
using protocol::SourceState;

const Instant kStart{std::chrono::hours(1)};
constexpr std::int64_t kStartMs = 1'700'000'000'000;

/// A room under virtual time: what is true in the world, and the machine that judges it.
class World {
 public:
  Status status = begin_status(kStartMs);
  bool relay_up = true;
  bool pictures = false;
  bool heartbeats = true;
  Evidence evidence;
  std::vector<RoomState> states;

  World() {
    evidence.now = kStart;
    evidence.now_ms = kStartMs;
  }

  void connect_pc() { evidence.agent = AgentEvidence{evidence.now, std::nullopt, healthy()}; }
  void disconnect_pc() { evidence.agent.reset(); }
  static protocol::Heartbeat healthy() {
    protocol::Heartbeat heartbeat;
    heartbeat.camera.state = SourceState::live;
    heartbeat.microphone.state = SourceState::live;
    heartbeat.uplink.state = SourceState::live;
    return heartbeat;
  }
  protocol::Heartbeat& says() { return evidence.agent->heartbeat; }

  /// Lets time pass in steps of 500 ms, as the executor's clock does.
  void pass(Duration duration) {
    for (auto until = evidence.now + duration; evidence.now < until;) {
      evidence.now += 500ms;
      evidence.now_ms += 500;
      judge();
    }
  }
  void judge() {
    if (relay_up) evidence.relay_answered = evidence.now;
    if (relay_up && pictures) evidence.newest_frame = evidence.now - 100ms;
    if (heartbeats && evidence.agent) evidence.agent->heartbeat_at = evidence.now;
    auto before = status;
    status = step(status, evidence);
    if (worth_noting(before, status)) noted.push_back(status.verdict);
    if (states.empty() || states.back() != status.verdict.state) states.push_back(status.verdict.state);
  }
  void go_live() {
    connect_pc();
    pictures = true;
    pass(10s);
    ASSERT_EQ(state(), RoomState::live);
    noted.clear();
    states.clear();
  }
  [[nodiscard]] RoomState state() const { return status.verdict.state; }
  [[nodiscard]] Cause cause() const { return status.verdict.cause; }
  [[nodiscard]] const std::string& detail() const { return status.verdict.detail; }

  std::vector<Verdict> noted;
};

TEST(Status, NewRoomWithoutClassroomPcIsOffline) {
  World world;
  world.evidence.enrolled = false;
  world.pass(1s);
  EXPECT_EQ(world.state(), RoomState::offline);
  EXPECT_EQ(world.cause(), Cause::pc);
  EXPECT_EQ(world.detail(), "No classroom PC has been set up for this room.");
}

TEST(Status, PcThatConnectsIsStartingThenLive) {
  World world;
  world.pass(1s);
  EXPECT_EQ(world.cause(), Cause::pc);
  world.connect_pc();
  world.says().camera.state = SourceState::connecting;
  world.pass(2s);
  EXPECT_EQ(world.state(), RoomState::offline);
  EXPECT_EQ(world.cause(), Cause::starting);
  world.says().camera.state = SourceState::live;
  world.pictures = true;
  world.pass(500ms);
  EXPECT_EQ(world.state(), RoomState::live);
  EXPECT_EQ(world.cause(), Cause::none);
  EXPECT_EQ(world.detail(), "");
}

TEST(Status, APausedRoomStandsByAndIsLiveAgainWithItsFirstPicture) {
  World world;
  world.go_live();
  world.pictures = false;
  world.evidence.paused = true;
  world.pass(60s);
  EXPECT_EQ(world.state(), RoomState::standby);
  EXPECT_EQ(world.cause(), Cause::none);
  EXPECT_EQ(world.states, std::vector<RoomState>{RoomState::standby}) << "never STALE on the way";
  world.evidence.paused = false;
  world.pass(1s);
  EXPECT_EQ(world.state(), RoomState::standby) << "its first picture is on the way";
  world.pictures = true;
  world.pass(500ms);
  EXPECT_EQ(world.state(), RoomState::live);
}

TEST(Status, ARoomThatDoesNotWakeIsOffline) {
  World world;
  world.go_live();
  world.pictures = false;
  world.evidence.paused = true;
  world.pass(60s);
  world.evidence.paused = false;
  world.pass(kWaking + 500ms);
  EXPECT_EQ(world.state(), RoomState::offline);
}

TEST(Status, APausedRoomIsNotReadyWithoutItsCameraOrTheRelay) {
  World world;
  world.go_live();
  world.pictures = false;
  world.evidence.paused = true;
  world.pass(20s);
  world.says().camera.state = SourceState::backoff;
  world.pass(1s);
  EXPECT_EQ(world.state(), RoomState::offline);
  EXPECT_EQ(world.cause(), Cause::camera);
  world.says().camera.state = SourceState::live;
  world.pass(1s);
  EXPECT_EQ(world.state(), RoomState::standby);
  world.relay_up = false;
  world.pass(kRelaySilent + 1s);
  EXPECT_EQ(world.cause(), Cause::relay);
}

TEST(Status, NeverLiveWithoutAPictureOfTheLastThreeSeconds) {
  World world;
  world.go_live();
  world.pictures = false;
  auto last = *world.evidence.newest_frame;
  for (int i = 0; i < 60; ++i) {
    world.pass(500ms);
    if (world.evidence.now - last > 3s) {
      EXPECT_NE(world.state(), RoomState::live);
    }
  }
}

struct Loss {
  const char* name;
  void (*happens)(World&);
  Cause cause;
  const char* detail;
};

class EveryLoss : public testing::TestWithParam<Loss> {};

TEST_P(EveryLoss, IsStaleWithinFiveSecondsAndOfflineWithinFifteenWithItsCause) {
  World world;
  world.go_live();
  GetParam().happens(world);
  world.pass(5s);
  EXPECT_EQ(world.state(), RoomState::stale);
  world.pass(10s);
  EXPECT_EQ(world.state(), RoomState::offline);
  EXPECT_EQ(world.cause(), GetParam().cause);
  EXPECT_EQ(world.detail(), GetParam().detail);
  EXPECT_EQ(world.states, (std::vector{RoomState::live, RoomState::stale, RoomState::offline}));
  // A frozen PC looks like a broken network until its heartbeat is missed.
  auto wrong = std::count_if(world.noted.begin(), world.noted.end(),
                             [](const Verdict& verdict) { return verdict.cause != GetParam().cause; });
  EXPECT_EQ(wrong, GetParam().cause == Cause::pc && world.evidence.agent ? 1 : 0);
}

TEST_P(EveryLoss, IsLiveAgainWithTheFirstPicture) {
  World world;
  world.go_live();
  GetParam().happens(world);
  world.pass(30s);
  world.relay_up = world.pictures = world.heartbeats = true;
  world.connect_pc();
  world.pass(500ms);
  EXPECT_EQ(world.state(), RoomState::live);
  EXPECT_EQ(world.status.verdict.since_ms, world.evidence.now_ms);
}

const Loss kLosses[] = {
    {"camera_gone",
     [](World& w) {
       w.pictures = false;
       w.says().camera.state = SourceState::backoff;
       w.says().camera.cause = "The camera at 10.0.0.9 does not answer.";
     },
     Cause::camera, "The camera at 10.0.0.9 does not answer."},
    {"camera_silent",
     [](World& w) {
       w.pictures = false;
       w.says().camera.state = SourceState::stalled;
     },
     Cause::camera, "The camera is connected but sends no pictures."},
    {"camera_live_in_name_only",
     [](World& w) {
       w.pictures = false;
       w.says().camera.last_ms = 9000;
     },
     Cause::camera, "The camera is connected but sends no pictures."},
    {"camera_switched_off",
     [](World& w) {
       w.pictures = false;
       w.says().camera.state = SourceState::off;
     },
     Cause::camera, "No camera is set up on the classroom PC."},
    {"pc_gone",
     [](World& w) {
       w.pictures = false;
       w.disconnect_pc();
     },
     Cause::pc, "The classroom PC is switched off or cannot reach the server."},
    {"pc_frozen",
     [](World& w) {
       w.pictures = false;
       w.heartbeats = false;
     },
     Cause::pc, "The classroom PC has stopped reporting."},
    {"network_broken",
     [](World& w) {
       w.pictures = false;
       w.says().uplink.state = SourceState::backoff;
       w.says().uplink.cause = "UDP to the relay is blocked.";
     },
     Cause::network, "UDP to the relay is blocked."},
    {"media_lost_on_the_way", [](World& w) { w.pictures = false; }, Cause::network,
     "The classroom PC sends, but nothing arrives here."},
    {"relay_gone", [](World& w) { w.relay_up = false; }, Cause::relay, "The media relay does not answer."},
};

INSTANTIATE_TEST_SUITE_P(Status, EveryLoss, testing::ValuesIn(kLosses),
                         [](const auto& loss) { return std::string(loss.param.name); });

TEST(Status, ShortHiccupIsNotNoticed) {
  World world;
  world.go_live();
  world.pictures = false;
  world.pass(2500ms);
  world.pictures = true;
  world.pass(10s);
  EXPECT_EQ(world.states, std::vector{RoomState::live});
  EXPECT_TRUE(world.noted.empty());
}

TEST(Status, SinceTellsWhenTheStateBeganNotItsCause) {
  World world;
  world.go_live();
  world.pictures = false;
  world.pass(12s);
  auto since = world.status.verdict.since_ms;
  EXPECT_EQ(world.cause(), Cause::network);
  world.says().camera.state = SourceState::backoff;
  world.pass(20s);
  EXPECT_EQ(world.cause(), Cause::camera);
  EXPECT_EQ(world.status.verdict.since_ms, since);
}

TEST(Status, EveryChangeOfStateOrCauseIsNotedOnce) {
  World world;
  world.go_live();
  world.pictures = false;
  world.pass(20s);
  world.says().camera.state = SourceState::backoff;
  world.pass(20s);
  std::vector<std::pair<RoomState, Cause>> noted;
  for (const auto& verdict : world.noted) noted.emplace_back(verdict.state, verdict.cause);
  EXPECT_EQ(noted, (std::vector<std::pair<RoomState, Cause>>{{RoomState::stale, Cause::network},
                                                             {RoomState::offline, Cause::network},
                                                             {RoomState::offline, Cause::camera}}));
}

TEST(Status, LostMicrophoneIsNoAudioAndVideoGoesOn) {
  World world;
  world.go_live();
  world.says().microphone.state = SourceState::backoff;
  world.says().microphone.cause = "The microphone \"room-mic\" is missing.";
  world.pass(1500ms);
  EXPECT_EQ(world.state(), RoomState::live) << "a short absence is not worth a word";
  world.pass(2s);
  EXPECT_EQ(world.state(), RoomState::no_audio);
  EXPECT_EQ(world.cause(), Cause::microphone);
  EXPECT_EQ(world.detail(), "The microphone \"room-mic\" is missing.");
  world.says().microphone.state = SourceState::live;
  world.pass(500ms);
  EXPECT_EQ(world.state(), RoomState::live);
}

TEST(Status, RoomWithoutMicrophoneIsLive) {
  World world;
  world.go_live();
  world.says().microphone.state = SourceState::off;
  world.pass(20s);
  EXPECT_EQ(world.state(), RoomState::live);
}

TEST(Status, NoAudioTurnsStaleToo) {
  World world;
  world.go_live();
  world.says().microphone.state = SourceState::stalled;
  world.pass(5s);
  ASSERT_EQ(world.state(), RoomState::no_audio);
  world.pictures = false;
  world.pass(4s);
  EXPECT_EQ(world.state(), RoomState::stale);
}

TEST(Status, PicturesWithoutControlChannelAreLive) {
  World world;
  world.go_live();
  world.disconnect_pc();
  world.pass(30s);
  EXPECT_EQ(world.state(), RoomState::live);
}

class AfterRestart : public testing::Test {
 protected:
  void resume(RoomState state, Cause cause, std::string detail) {
    world.status = resume_status({state, cause, std::move(detail), kStartMs - 60'000}, kStart, kStartMs);
  }
  World world;
};

TEST_F(AfterRestart, LiveRoomIsNotCalledLiveBeforeAPictureNorOffline) {
  resume(RoomState::live, Cause::none, "");
  world.relay_up = false;
  world.pass(5s);
  EXPECT_EQ(world.states, std::vector{RoomState::stale});
  EXPECT_EQ(world.cause(), Cause::starting);
}

TEST_F(AfterRestart, ConfirmedLiveRoomKeepsItsSinceAndTheDiaryGetsNoRow) {
  resume(RoomState::live, Cause::none, "");
  world.pictures = true;
  world.pass(20s);
  EXPECT_EQ(world.state(), RoomState::live);
  EXPECT_EQ(world.status.verdict.since_ms, kStartMs - 60'000);
  EXPECT_TRUE(world.noted.empty());
}

TEST_F(AfterRestart, LiveRoomWithoutPicturesIsOfflineAfterTheGrace) {
  resume(RoomState::live, Cause::none, "");
  world.pass(7s);
  EXPECT_EQ(world.state(), RoomState::offline);
  EXPECT_EQ(world.cause(), Cause::pc);
  ASSERT_EQ(world.noted.size(), 1U);
}

TEST_F(AfterRestart, OfflineRoomKeepsItsCauseWhileEvidenceComesIn) {
  resume(RoomState::offline, Cause::camera, "The camera does not answer.");
  world.pass(3s);
  EXPECT_EQ(world.cause(), Cause::camera);
  world.connect_pc();
  world.says().camera.state = SourceState::backoff;
  world.says().camera.cause = "The camera does not answer.";
  world.pass(20s);
  EXPECT_EQ(world.cause(), Cause::camera);
  EXPECT_EQ(world.status.verdict.since_ms, kStartMs - 60'000);
  EXPECT_TRUE(world.noted.empty());
}

TEST_F(AfterRestart, SilentRoomIsNotShownAsHealthyInBetween) {
  resume(RoomState::no_audio, Cause::microphone, "The microphone is missing.");
  world.pictures = true;
  world.pass(2s);
  EXPECT_EQ(world.state(), RoomState::no_audio);
  world.connect_pc();
  world.says().microphone.state = SourceState::backoff;
  world.pass(20s);
  EXPECT_EQ(world.state(), RoomState::no_audio);
  EXPECT_EQ(world.status.verdict.since_ms, kStartMs - 60'000);
  EXPECT_TRUE(world.noted.empty());
}

TEST_F(AfterRestart, SilentRoomWhoseMicrophoneCameBackIsLive) {
  resume(RoomState::no_audio, Cause::microphone, "The microphone is missing.");
  world.pictures = true;
  world.connect_pc();
  world.pass(1s);
  EXPECT_EQ(world.state(), RoomState::live);
  EXPECT_EQ(world.noted.size(), 1U);
}

TEST(FrameClock, CountsOnlyWhenTheCounterMoves) {
  FrameClock clock;
  clock.observe(100, 40, kStart);
  EXPECT_EQ(clock.newest(), kStart - 40ms);
  clock.observe(100, 40, kStart + 1s);
  EXPECT_EQ(clock.newest(), kStart - 40ms) << "a small age without a new frame is not believed";
  clock.observe(101, 10, kStart + 2s);
  EXPECT_EQ(clock.newest(), kStart + 2s - 10ms);
}

TEST(FrameClock, RestartedCounterCounts) {
  FrameClock clock;
  clock.observe(100, 40, kStart);
  clock.observe(3, 5, kStart + 1s);
  EXPECT_EQ(clock.newest(), kStart + 1s - 5ms);
}

TEST(FrameClock, NothingYetIsNothing) {
  FrameClock clock;
  clock.observe(0, std::nullopt, kStart);
  EXPECT_FALSE(clock.newest());
  clock.observe(1, std::nullopt, kStart);
  EXPECT_FALSE(clock.newest());
}

TEST(FrameClock, OldFrameAtFirstSightIsOld) {
  FrameClock clock;
  clock.observe(100, 60'000, kStart);
  EXPECT_EQ(clock.newest(), kStart - 60s);
}

}  // namespace
}  // namespace classcast::server
