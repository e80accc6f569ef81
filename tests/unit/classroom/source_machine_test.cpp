// SPDX-License-Identifier: MIT
#include "classroom/source_machine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace classcast::classroom {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A source with a clock of its own.
class SourceMachine : public ::testing::Test {
 protected:
  SourceMachine() {
    traits_.name = "camera";
    traits_.stalled_cause = "picture stopped";
    traits_.silent_cause = "no picture";
    traits_.hung_cause = "does not let go";
  }
  std::vector<SourceAction> feed(const SourceEvent& event) {
    auto taken = step(traits_, status_, event, at_, 0.5);
    status_ = taken.status;
    return taken.actions;
  }
  std::vector<SourceAction> tick(bool advanced, Duration later = 500ms) {
    at_ += later;
    return feed(SourceTick{advanced, std::nullopt});
  }
  void go_live() {
    feed(SourceStart{});
    tick(true);
    ASSERT_EQ(status_.state, SourceState::live);
  }

  SourceTraits traits_;
  SourceStatus status_;
  Instant at_{1000s};
};

TEST_F(SourceMachine, StartsOnceAndIsLiveWithTheFirstFrame) {
  EXPECT_THAT(feed(SourceStart{}), ElementsAre(SourceAction::start));
  EXPECT_EQ(status_.state, SourceState::connecting);
  EXPECT_THAT(feed(SourceStart{}), IsEmpty());
  EXPECT_THAT(tick(true), IsEmpty());
  EXPECT_EQ(status_.state, SourceState::live);
}

TEST_F(SourceMachine, StallsAfterThreeSecondsAndRestartsAfterSix) {
  go_live();
  EXPECT_THAT(tick(false, 2900ms), IsEmpty());
  EXPECT_EQ(status_.state, SourceState::live);
  EXPECT_THAT(tick(false, 100ms), IsEmpty());
  EXPECT_EQ(status_.state, SourceState::stalled);
  EXPECT_EQ(status_.cause, "picture stopped");
  EXPECT_THAT(tick(false, 2900ms), IsEmpty());
  EXPECT_THAT(tick(false, 100ms), ElementsAre(SourceAction::stop));
  EXPECT_EQ(status_.state, SourceState::backoff);
  EXPECT_EQ(status_.cause, "picture stopped");
}

TEST_F(SourceMachine, ComesBackFromAStallByItself) {
  go_live();
  tick(false, 4s);
  ASSERT_EQ(status_.state, SourceState::stalled);
  EXPECT_THAT(tick(true), IsEmpty());
  EXPECT_EQ(status_.state, SourceState::live);
  EXPECT_EQ(status_.cause, "");
}

TEST_F(SourceMachine, GivesUpOnASourceThatStartsButSendsNothing) {
  feed(SourceStart{});
  EXPECT_THAT(tick(false, 11900ms), IsEmpty());
  EXPECT_THAT(tick(false, 100ms), ElementsAre(SourceAction::stop));
  EXPECT_EQ(status_.cause, "no picture");
}

TEST_F(SourceMachine, TriesAgainWithDoublingDelaysUpToFiveSeconds) {
  feed(SourceStart{});
  for (auto delay : {1s, 2s, 4s, 5s, 5s}) {
    EXPECT_THAT(feed(SourceFailed{"refused", Pace::quick}), ElementsAre(SourceAction::stop));
    EXPECT_THAT(tick(false, delay - 1ms), IsEmpty());
    EXPECT_THAT(tick(false, 1ms), ElementsAre(SourceAction::start));
    EXPECT_EQ(status_.cause, "refused") << "the cause stays until frames arrive";
  }
}

TEST_F(SourceMachine, RepeatsARefusedLoginSlowly) {
  feed(SourceStart{});
  feed(SourceFailed{"wrong password", Pace::slow});
  EXPECT_THAT(tick(false, 9s), IsEmpty());
  EXPECT_THAT(tick(false, 1s), ElementsAre(SourceAction::start));
}

TEST_F(SourceMachine, CountsRefusalsApartFromLosses) {
  feed(SourceStart{});
  for (int i = 0; i < 5; ++i) {
    feed(SourceFailed{"refused", Pace::quick});
    at_ = status_.retry_at;
    tick(false, 0ms);
  }
  feed(SourceFailed{"wrong password", Pace::slow});
  EXPECT_THAT(tick(false, 10s), ElementsAre(SourceAction::start)) << "the first of the slow delays";
}

TEST_F(SourceMachine, StartsFromTheShortestDelayAfterTenGoodSeconds) {
  feed(SourceStart{});
  feed(SourceFailed{"a", Pace::quick});
  tick(false, 1s);
  tick(true);
  tick(true, 9s);
  EXPECT_EQ(status_.failures, 1U);
  tick(true, 1s);
  EXPECT_EQ(status_.failures, 0U);
}

TEST_F(SourceMachine, WaitsForAWorkerThatHangsAndSaysSo) {
  go_live();
  feed(SourceFailed{"gone", Pace::quick});
  at_ += 6s;
  EXPECT_THAT(feed(SourceTick{false, 6s}), IsEmpty());
  EXPECT_EQ(status_.cause, "does not let go");
  EXPECT_EQ(status_.state, SourceState::backoff);
  EXPECT_THAT(feed(SourceTick{false, std::nullopt}), ElementsAre(SourceAction::start));
}

TEST_F(SourceMachine, IsDegradedWhileFramesArriveThatAreNotAsTheyShouldBe) {
  go_live();
  feed(SourceTick{true, std::nullopt, "too few keyframes"});
  EXPECT_EQ(status_.state, SourceState::degraded);
  EXPECT_EQ(status_.cause, "too few keyframes");
  tick(false, 3s);
  EXPECT_EQ(status_.state, SourceState::stalled) << "a degraded source can still stall";
  tick(true);
  EXPECT_EQ(status_.state, SourceState::live);
  EXPECT_EQ(status_.cause, "");
}

TEST_F(SourceMachine, BuildsAnotherGraphAtOnceForAnotherKindOfStream) {
  go_live();
  EXPECT_THAT(feed(SourceFailed{"B-frames", Pace::at_once}), ElementsAre(SourceAction::stop));
  EXPECT_THAT(tick(false, 0ms), ElementsAre(SourceAction::start));
  EXPECT_EQ(status_.failures, 0U);
}

TEST_F(SourceMachine, RestartsForNewSettingsFromAnyState) {
  EXPECT_THAT(feed(SourceRestart{}), ElementsAre(SourceAction::start)) << "from off";
  tick(true);
  EXPECT_THAT(feed(SourceRestart{}), ElementsAre(SourceAction::stop, SourceAction::start)) << "from live";
  feed(SourceFailed{"refused", Pace::slow});
  EXPECT_THAT(feed(SourceRestart{}), ElementsAre(SourceAction::start)) << "the wait is over";
  EXPECT_EQ(status_.cause, "");
}

TEST_F(SourceMachine, IgnoresFaultsWhileNotRunning) {
  go_live();
  feed(SourceFailed{"first", Pace::quick});
  EXPECT_THAT(feed(SourceFailed{"second", Pace::quick}), IsEmpty());
  EXPECT_EQ(status_.cause, "first");
  EXPECT_EQ(status_.failures, 1U);
}

TEST_F(SourceMachine, StopsFromAnyState) {
  go_live();
  EXPECT_THAT(feed(SourceStop{}), ElementsAre(SourceAction::stop));
  EXPECT_EQ(status_.state, SourceState::off);
  EXPECT_THAT(feed(SourceStop{}), IsEmpty());
  feed(SourceStart{});
  feed(SourceFailed{"x", Pace::quick});
  EXPECT_THAT(feed(SourceStop{}), IsEmpty()) << "its graph is stopped already";
}

}  // namespace
}  // namespace classcast::classroom
