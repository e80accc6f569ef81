// SPDX-License-Identifier: MIT
// When a stream is paused and woken, in virtual time.
#include "relay/demand.hpp"

#include "unit/relay/media.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace classcast::relay {

using testing::at_ms;
using Kind = Demand::Kind;

namespace {

struct Asked {
  int ms;
  Kind kind;
  std::uint16_t id;
};

/// Lets time pass in steps of 10 ms; media comes at each while `flows`.
std::vector<Asked> pass(Demand& demand, int from_ms, int to_ms, const std::function<bool()>& flows) {
  std::vector<Asked> asked;
  for (int ms = from_ms; ms < to_ms; ms += 10) {
    if (flows()) demand.on_media(at_ms(ms));
    if (auto request = demand.due(at_ms(ms))) asked.push_back({ms, request->kind, request->pause_id});
  }
  return asked;
}

const auto kFlows = [] { return true; };
const auto kSilent = [] { return false; };

}  // namespace

TEST(Demand, LeavesAWantedStreamAlone) {
  Demand demand;
  EXPECT_TRUE(pass(demand, 0, 20'000, kFlows).empty());
  EXPECT_FALSE(demand.next_deadline());
  EXPECT_TRUE(demand.flowing());
}

TEST(Demand, PausesAfterThreeSecondsWithoutAnybody) {
  Demand demand;
  demand.want(false, at_ms(0));
  EXPECT_EQ(demand.next_deadline(), at_ms(3000));
  auto asked = pass(demand, 0, 3500, [&] { return !demand.paused(); });
  ASSERT_EQ(asked.size(), 1U) << "media stopped: it was obeyed";
  EXPECT_EQ(asked[0].ms, 3000);
  EXPECT_EQ(asked[0].kind, Kind::pause);
  EXPECT_TRUE(demand.paused());
  EXPECT_FALSE(demand.next_deadline());
}

TEST(Demand, IsCalledOffWhenSomebodyComesInTime) {
  Demand demand;
  demand.want(false, at_ms(0));
  pass(demand, 0, 2000, kFlows);
  demand.want(true, at_ms(2000));
  EXPECT_TRUE(pass(demand, 2000, 10'000, kFlows).empty());
}

TEST(Demand, RepeatsAPauseUntilItIsObeyed) {
  Demand demand;
  demand.want(false, at_ms(0));
  auto asked = pass(demand, 0, 4000, kFlows);
  ASSERT_GE(asked.size(), 4U);
  EXPECT_EQ(asked[1].ms - asked[0].ms, 200);
  for (const auto& one : asked) EXPECT_EQ(one.id, asked[0].id) << "one pause has one number";
  demand.on_answer({{1}, Kind::paused, asked[0].id, 0});
  EXPECT_TRUE(pass(demand, 4000, 4100, kSilent).empty());
  EXPECT_FALSE(demand.next_deadline());
}

TEST(Demand, RemindsAPublisherThatBeginsAgainByItself) {
  Demand demand;
  demand.want(false, at_ms(0));
  pass(demand, 0, 5000, [&] { return !demand.paused(); });
  auto asked = pass(demand, 5000, 5400, kFlows);
  ASSERT_FALSE(asked.empty());
  EXPECT_EQ(asked[0].kind, Kind::pause);
}

TEST(Demand, ResumesAtOnceAndRepeatsUntilMediaFlows) {
  Demand demand;
  demand.want(false, at_ms(0));
  pass(demand, 0, 60'000, [&] { return !demand.paused(); });
  demand.want(true, at_ms(60'000));
  EXPECT_FALSE(demand.paused());
  EXPECT_FALSE(demand.flowing());
  auto asked = pass(demand, 60'000, 61'000, kSilent);
  ASSERT_EQ(asked.size(), 5U);
  EXPECT_EQ(asked[0].ms, 60'000);
  EXPECT_EQ(asked[0].kind, Kind::resume);
  EXPECT_EQ(asked[4].ms, 60'800);
  EXPECT_TRUE(pass(demand, 61'000, 62'000, kFlows).empty());
  EXPECT_TRUE(demand.flowing());
}

TEST(Demand, NumbersEveryPauseAnew) {
  Demand demand;
  demand.want(false, at_ms(0));
  auto first = pass(demand, 0, 4000, [&] { return !demand.paused(); });
  demand.want(true, at_ms(4000));
  auto resumed = pass(demand, 4000, 5000, kFlows);
  demand.want(false, at_ms(5000));
  auto second = pass(demand, 5000, 9000, [&] { return !demand.paused(); });
  ASSERT_FALSE(first.empty() || resumed.empty() || second.empty());
  EXPECT_EQ(resumed[0].id, first[0].id);
  EXPECT_EQ(second[0].id, first[0].id + 1);
}

TEST(Demand, ResumesEvenWhenMediaOfBeforeThePauseIsStillUnderWay) {
  Demand demand;
  demand.want(false, at_ms(0));
  pass(demand, 0, 3050, kFlows);
  ASSERT_TRUE(demand.paused());
  demand.want(true, at_ms(3050));
  auto asked = pass(demand, 3050, 3400, [ms = 0]() mutable { return (ms += 10) < 100; });
  ASSERT_EQ(asked.size(), 2U) << "the first may have been lost";
  EXPECT_EQ(asked[0].kind, Kind::resume);
  EXPECT_EQ(asked[0].ms, 3050);
}

TEST(Demand, AcceptsARefusal) {
  Demand demand;
  demand.want(false, at_ms(0));
  auto asked = pass(demand, 0, 3100, kFlows);
  ASSERT_EQ(asked.size(), 1U);
  demand.on_answer({{1}, Kind::refused, asked[0].id, 0});
  EXPECT_FALSE(demand.paused());
  EXPECT_TRUE(pass(demand, 3100, 20'000, kFlows).empty());
}

}  // namespace classcast::relay
