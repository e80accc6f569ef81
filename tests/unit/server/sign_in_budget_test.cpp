// SPDX-License-Identifier: MIT
#include "server/sign_in_budget.hpp"

#include <gtest/gtest.h>

namespace classcast::server {
namespace {

const Instant kBegin{std::chrono::hours(1)};

/// How many of `tries` were let through.
int taken(SignInBudget& budget, const std::string& address, const std::string& account, int tries,
          Instant now = kBegin) {
  int through = 0;
  for (int i = 0; i < tries; ++i) through += budget.take(address, account, now) ? 0 : 1;
  return through;
}

TEST(SignInBudget, OneWhoMistypesHoldsUpNobodyElseInTheRoom) {
  SignInBudget budget;
  EXPECT_EQ(taken(budget, "nat", "anna", 1000), 10);
  // Refused tries cost the address nothing.
  for (int i = 0; i < 30; ++i) EXPECT_EQ(taken(budget, "nat", "pupil" + std::to_string(i), 1), 1);
}

TEST(SignInBudget, ClassThatSignsInRightlyIsNeverHeldBack) {
  SignInBudget budget;
  for (int i = 0; i < 2000; ++i) {
    auto account = "pupil" + std::to_string(i);
    ASSERT_FALSE(budget.take("nat", account, kBegin)) << i;
    budget.give_back("nat", account);
  }
}

TEST(SignInBudget, AddressThatTriesManyNamesIsSlow) {
  SignInBudget budget;
  int through = 0;
  for (int i = 0; i < 5000; ++i) through += taken(budget, "nat", "name" + std::to_string(i), 1);
  EXPECT_EQ(through, 100);
  EXPECT_EQ(taken(budget, "nat", "somebody", 9, kBegin + 2s), 1);
  EXPECT_EQ(taken(budget, "elsewhere", "somebody", 1), 1);
}

TEST(SignInBudget, OneAddressLocksNobodyOut) {
  SignInBudget budget;
  auto now = kBegin;
  for (int i = 0; i < 10'000; ++i, now += 1s) (void)budget.take("attacker", "anna", now);
  EXPECT_FALSE(budget.take("home", "anna", now));
}

TEST(SignInBudget, GuessingFromEverywhereIsBounded) {
  SignInBudget budget;
  int through = 0;
  for (int second = 0; second < 3600; ++second) {
    for (int i = 0; i < 3; ++i) {
      through += taken(budget, std::to_string(second) + "." + std::to_string(i), "anna", 1,
                       kBegin + std::chrono::seconds(second));
    }
  }
  EXPECT_LE(through, 50 + 360);
  EXPECT_GE(through, 50 + 350);
}

TEST(SignInBudget, StrangersHaveTheirOwn) {
  SignInBudget budget;
  EXPECT_EQ(taken(budget, "nat", "", 1000), 40);
  EXPECT_EQ(taken(budget, "nat", "anna", 1), 1);
}

}  // namespace
}  // namespace classcast::server
