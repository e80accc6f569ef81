// SPDX-License-Identifier: MIT
#include "classroom/uplink_machine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace classcast::classroom {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Action = UplinkAction;
using Phase = UplinkPhase;

class UplinkMachine : public ::testing::Test {
 protected:
  std::vector<UplinkAction> feed(const UplinkEvent& event) {
    auto taken = step(status_, event, at_, 0.5);
    status_ = taken.status;
    return taken.actions;
  }
  std::vector<UplinkAction> tick(Duration later) {
    at_ += later;
    return feed(UplinkTick{});
  }
  std::vector<UplinkAction> heard(Duration later, const std::string& complaint = {}) {
    at_ += later;
    return feed(UplinkTick{true, true, complaint});
  }
  void go_live() {
    feed(UplinkStart{});
    feed(UplinkGranted{});
    feed(OfferReady{});
    feed(OfferAccepted{});
    feed(LinkUp{});
    ASSERT_EQ(status_.phase, Phase::live);
  }

  UplinkStatus status_;
  Instant at_{1000s};
};

TEST_F(UplinkMachine, PublishesStepByStep) {
  EXPECT_THAT(feed(UplinkStart{}), IsEmpty());
  EXPECT_EQ(status_.phase, Phase::waiting);
  EXPECT_THAT(feed(UplinkGranted{}), ElementsAre(Action::start));
  EXPECT_THAT(feed(OfferReady{}), ElementsAre(Action::post));
  EXPECT_THAT(feed(OfferAccepted{}), IsEmpty());
  EXPECT_EQ(status_.phase, Phase::joining);
  EXPECT_THAT(feed(LinkUp{}), ElementsAre(Action::attach));
  EXPECT_EQ(status_.phase, Phase::live);
}

TEST_F(UplinkMachine, LeavesARunningSessionAloneWhenANewTokenComes) {
  go_live();
  EXPECT_THAT(feed(UplinkGranted{}), IsEmpty());
  EXPECT_EQ(status_.phase, Phase::live);
}

TEST_F(UplinkMachine, TriesAgainWhenNoOfferComes) {
  feed(UplinkStart{});
  feed(UplinkGranted{});
  EXPECT_THAT(tick(9900ms), IsEmpty());
  EXPECT_THAT(tick(100ms), ElementsAre(Action::finish));
  EXPECT_EQ(status_.phase, Phase::backoff);
}

TEST_F(UplinkMachine, AsksForTheSessionOnlyNowAndThenWhileTheRelayReports) {
  go_live();
  for (int second = 1; second < 30; ++second) EXPECT_THAT(heard(1s), IsEmpty()) << second;
  EXPECT_THAT(heard(1s), ElementsAre(Action::check));
}

TEST_F(UplinkMachine, AsksAtOnceWhenTheRelaysReportsStop) {
  go_live();
  for (int second = 0; second < 10; ++second) heard(1s);
  EXPECT_THAT(tick(400ms), IsEmpty());
  EXPECT_THAT(tick(100ms), ElementsAre(Action::check));
  EXPECT_THAT(tick(400ms), IsEmpty());
  EXPECT_THAT(tick(100ms), ElementsAre(Action::check));
  EXPECT_EQ(status_.phase, Phase::live) << "an older relay reports once a second";
}

TEST_F(UplinkMachine, PublishesAnewAtOnceWhenTheRelayForgotTheSession) {
  go_live();
  heard(1s);
  EXPECT_THAT(feed(SessionGone{}), ElementsAre(Action::finish, Action::start));
  EXPECT_EQ(status_.phase, Phase::offering);
}

TEST_F(UplinkMachine, PublishesAnewAtOnceWhenTheRelayIsBack) {
  go_live();
  heard(250ms);
  tick(2500ms);
  feed(SessionUnreachable{"the server's media relay is not running"});
  EXPECT_EQ(status_.phase, Phase::broken);
  EXPECT_THAT(tick(500ms), ElementsAre(Action::check));
  EXPECT_THAT(feed(SessionGone{}), ElementsAre(Action::finish, Action::start));
}

TEST_F(UplinkMachine, DoesNotHammerARelayThatForgetsEverySession) {
  go_live();
  feed(SessionGone{});
  feed(OfferReady{});
  feed(OfferAccepted{});
  feed(LinkUp{});
  feed(SessionGone{});
  EXPECT_THAT(feed(UplinkTick{}), IsEmpty());
  EXPECT_GT(status_.retry_at, at_);
}

TEST_F(UplinkMachine, WaitsOutAShortBreakAndReplacesALongOne) {
  go_live();
  feed(LinkBroken{});
  EXPECT_EQ(reported(status_), protocol::SourceState::stalled);
  feed(LinkUp{});
  EXPECT_EQ(status_.phase, Phase::live);
  feed(LinkBroken{});
  tick(4900ms);
  EXPECT_EQ(status_.phase, Phase::broken);
  EXPECT_THAT(tick(100ms), Contains(Action::finish));
  EXPECT_EQ(status_.phase, Phase::backoff);
}

TEST_F(UplinkMachine, SaysThatTheRelayIsGoneOnceItsReportsHaveStoppedAsWell) {
  const SessionUnreachable gone{"the server's media relay is not running"};
  go_live();
  heard(1s);
  feed(gone);
  EXPECT_EQ(status_.phase, Phase::live) << "the way to the server is broken, media are not";
  tick(2500ms);
  feed(gone);
  EXPECT_EQ(status_.phase, Phase::broken);
  EXPECT_EQ(status_.cause, gone.cause);
  EXPECT_THAT(tick(5s), Contains(Action::finish));
}

TEST_F(UplinkMachine, NoticesThatNothingComesBackBeforeIceDoes) {
  go_live();
  heard(1s);
  tick(9900ms);
  EXPECT_EQ(status_.phase, Phase::live) << "a receiver may be silent for 7.5 s";
  tick(100ms);
  EXPECT_EQ(status_.phase, Phase::broken);
  heard(1s);
  EXPECT_EQ(status_.phase, Phase::live) << "it was only a pause";
}

TEST_F(UplinkMachine, WaitsForARelayThatHasNothingToReportOn) {
  go_live();
  tick(60s);
  feed(SessionUnreachable{"the server restarts"});
  EXPECT_EQ(status_.phase, Phase::live) << "neither picture nor sound yet";
}

TEST_F(UplinkMachine, AttachesMediaOnlyOnce) {
  go_live();
  feed(LinkBroken{});
  EXPECT_THAT(feed(LinkUp{}), IsEmpty());
}

TEST_F(UplinkMachine, HonoursRetryAfter) {
  feed(UplinkStart{});
  feed(UplinkGranted{});
  feed(OfferReady{});
  EXPECT_THAT(feed(OfferRefused{"overloaded", 7s}), ElementsAre(Action::finish));
  EXPECT_THAT(tick(6900ms), IsEmpty());
  EXPECT_THAT(tick(100ms), ElementsAre(Action::start));
  EXPECT_EQ(status_.cause, "overloaded");
}

TEST_F(UplinkMachine, BacksOffUpToFiveSecondsAndWaitsForTheWorker) {
  feed(UplinkStart{});
  feed(UplinkGranted{});
  for (auto delay : {500ms, 1000ms, 2000ms, 4000ms, 5000ms, 5000ms}) {
    feed(LinkFailed{"gone"});
    EXPECT_THAT(tick(delay - 1ms), IsEmpty());
    at_ += 1ms;
    EXPECT_THAT(feed(UplinkTick{false}), IsEmpty());
    EXPECT_THAT(feed(UplinkTick{true}), ElementsAre(Action::start));
  }
}

TEST_F(UplinkMachine, NamesTheFirewallWhenNoMediaPathIsFound) {
  feed(UplinkStart{});
  feed(UplinkGranted{});
  feed(OfferReady{});
  feed(OfferAccepted{});
  EXPECT_THAT(tick(10s), ElementsAre(Action::finish));
  EXPECT_THAT(status_.cause, ::testing::HasSubstr("UDP"));
}

TEST_F(UplinkMachine, IgnoresWhatBelongsToAnotherPhase) {
  EXPECT_THAT(feed(OfferReady{}), IsEmpty());
  EXPECT_THAT(feed(LinkFailed{"x"}), IsEmpty());
  EXPECT_THAT(feed(SessionGone{}), IsEmpty());
  EXPECT_EQ(status_.phase, Phase::off);
}

TEST_F(UplinkMachine, StartsFromTheShortestDelayOnceTheRelayHasReported) {
  go_live();
  for (int i = 0; i < 20; ++i) {
    heard(1s);
    EXPECT_THAT(feed(SessionGone{}), ElementsAre(Action::finish, Action::start)) << "kill number " << i;
    feed(OfferReady{});
    feed(OfferRefused{"not ready", std::nullopt});
    EXPECT_THAT(tick(1s), ElementsAre(Action::start)) << "the delay after two failures, not after many";
    feed(OfferReady{});
    feed(OfferAccepted{});
    feed(LinkUp{});
  }
}

TEST_F(UplinkMachine, PausesAndResumesWithinTheSession) {
  go_live();
  EXPECT_THAT(feed(PauseAsked{true}), IsEmpty());
  EXPECT_EQ(reported(status_), protocol::SourceState::paused);
  feed(LinkBroken{});
  EXPECT_EQ(reported(status_), protocol::SourceState::stalled);
  feed(LinkUp{});
  EXPECT_EQ(reported(status_), protocol::SourceState::paused) << "the valve is still closed";
  feed(PauseAsked{false});
  EXPECT_EQ(reported(status_), protocol::SourceState::live);
}

TEST_F(UplinkMachine, BeginsANewSessionUnpaused) {
  go_live();
  feed(PauseAsked{true});
  feed(UplinkRestart{});
  EXPECT_FALSE(status_.paused);
  feed(PauseAsked{true});
  EXPECT_FALSE(status_.paused) << "a late word of the former session";
}

TEST_F(UplinkMachine, IsDegradedWhileSomethingIsWrongWithIt) {
  go_live();
  heard(1s, "9 % of the packets are lost");
  EXPECT_EQ(reported(status_), protocol::SourceState::degraded);
  EXPECT_EQ(status_.cause, "9 % of the packets are lost");
  heard(1s);
  EXPECT_EQ(reported(status_), protocol::SourceState::live);
  EXPECT_EQ(status_.cause, "");
}

TEST_F(UplinkMachine, DoesNotWaitForALinkWhoseAddressIsGone) {
  go_live();
  EXPECT_THAT(feed(NetworkChanged{}), IsEmpty()) << "the address in use may have stayed";
  EXPECT_THAT(feed(LinkBroken{}), ElementsAre(Action::finish));
  EXPECT_THAT(feed(UplinkTick{}), ElementsAre(Action::start));
}

TEST_F(UplinkMachine, DoesNotWaitLongForReportsAfterAChangeOfAddress) {
  go_live();
  heard(1s);
  feed(NetworkChanged{});
  EXPECT_THAT(tick(2s), ElementsAre(Action::check));
  EXPECT_EQ(status_.phase, Phase::live);
  EXPECT_THAT(tick(600ms), ElementsAre(Action::finish));
  EXPECT_EQ(status_.phase, Phase::backoff);
  EXPECT_THAT(feed(UplinkTick{}), ElementsAre(Action::start));
}

TEST_F(UplinkMachine, TriesAtOnceWhenTheNetworkIsBack) {
  feed(UplinkStart{});
  feed(UplinkGranted{});
  for (int i = 0; i < 6; ++i) {
    feed(LinkFailed{"gone"});
    at_ = status_.retry_at;
    feed(UplinkTick{});
  }
  feed(LinkFailed{"gone"});
  EXPECT_THAT(tick(100ms), IsEmpty());
  feed(NetworkChanged{});
  EXPECT_THAT(feed(UplinkTick{}), ElementsAre(Action::start));
}

TEST_F(UplinkMachine, MakesANewSessionForNewSettings) {
  go_live();
  EXPECT_THAT(feed(UplinkRestart{}), ElementsAre(Action::finish, Action::start));
  EXPECT_EQ(status_.phase, Phase::offering);
}

TEST_F(UplinkMachine, EndsTheSessionWhenStopped) {
  go_live();
  EXPECT_THAT(feed(UplinkStop{}), ElementsAre(Action::finish));
  EXPECT_EQ(reported(status_), protocol::SourceState::off);
  EXPECT_THAT(feed(UplinkStop{}), IsEmpty());
}

}  // namespace
}  // namespace classcast::classroom
