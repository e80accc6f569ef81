// SPDX-License-Identifier: MIT
#include "server/throttle.hpp"

#include <gtest/gtest.h>

namespace classcast::server {
namespace {

const Instant kDawn{std::chrono::hours(1)};
constexpr Throttle::Rate kRate{3, 10s};

TEST(Throttle, AllowsTheBurstThenTellsHowLongToWait) {
  Throttle throttle(kRate, 10);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(throttle.take("anna", kDawn));
  auto wait = throttle.take("anna", kDawn);
  ASSERT_TRUE(wait);
  EXPECT_EQ(*wait, 10s);
  EXPECT_EQ(throttle.take("anna", kDawn + 4s), 6s);
}

TEST(Throttle, RefillsWithTime) {
  Throttle throttle(kRate, 10);
  for (int i = 0; i < 4; ++i) (void)throttle.take("anna", kDawn);
  EXPECT_FALSE(throttle.take("anna", kDawn + 10s));
  EXPECT_TRUE(throttle.take("anna", kDawn + 10s));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(throttle.take("anna", kDawn + 1h)) << i;
  EXPECT_TRUE(throttle.take("anna", kDawn + 1h));
}

TEST(Throttle, KeysAreApart) {
  Throttle throttle(kRate, 10);
  for (int i = 0; i < 4; ++i) (void)throttle.take("anna", kDawn);
  EXPECT_FALSE(throttle.take("bert", kDawn));
}

TEST(Throttle, SuccessGivesBack) {
  Throttle throttle(kRate, 10);
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(throttle.take("anna", kDawn));
    throttle.give_back("anna");
  }
  throttle.give_back("nobody");
}

TEST(Throttle, TableIsBoundedAndKeepsTheHeldBack) {
  Throttle throttle(kRate, 100);
  for (int i = 0; i < 4; ++i) (void)throttle.take("attacker", kDawn);
  // Ten thousand addresses, each once: full buckets make room first.
  for (int i = 0; i < 10'000; ++i) {
    (void)throttle.take(std::to_string(i), kDawn + std::chrono::seconds(i / 1000));
    EXPECT_LE(throttle.size(), 100U);
  }
}

TEST(ThrottleKey, IPv6HostsShareTheirNetwork) {
  EXPECT_EQ(throttle_key("2001:db8:1:2::1"), throttle_key("2001:db8:1:2:ffff::9"));
  EXPECT_NE(throttle_key("2001:db8:1:2::1"), throttle_key("2001:db8:1:3::1"));
  EXPECT_EQ(throttle_key("10.1.2.3"), "10.1.2.3");
  EXPECT_NE(throttle_key("::ffff:10.1.2.3"), throttle_key("::ffff:10.1.2.4"));
}

}  // namespace
}  // namespace classcast::server
