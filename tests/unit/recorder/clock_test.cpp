// SPDX-License-Identifier: MIT
#include "recorder/media_clock.hpp"

#include <gtest/gtest.h>

namespace classcast::recorder {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kRate = 90'000;

TEST(Unwrapper, GoesOnAcrossTheWrapInBothDirections) {
  Unwrapper unwrapper;
  const auto first = unwrapper.unwrap(0xffff'ff00);
  EXPECT_EQ(unwrapper.unwrap(0x100), first + 0x200);
  EXPECT_EQ(unwrapper.unwrap(0xffff'ff80), first + 0x80);
}

TEST(MediaClock, TakesTheEarliestArrivalBeforeItSettles) {
  MediaClock clock(kRate);
  clock.observe(0, 100 * kSecond + 30'000'000);
  clock.observe(kRate, 101 * kSecond);
  clock.observe(2 * kRate, 102 * kSecond + 80'000'000);
  EXPECT_EQ(clock.at(kRate), 101 * kSecond);
}

TEST(MediaClock, FollowsADriftSlowlyAndWithoutSteps) {
  MediaClock clock(kRate);
  clock.observe(0, 0);
  clock.settle();
  // The sender's clock is 100 ppm slow; an hour.
  std::int64_t last = 0;
  for (std::int64_t s = 1; s <= 3600; ++s) {
    clock.observe(s * kRate, s * kSecond + s * 100'000);
    EXPECT_NEAR(static_cast<double>(clock.at(s * kRate) - last), kSecond, 2'000'001);
    last = clock.at(s * kRate);
  }
  EXPECT_NEAR(static_cast<double>(last), 3600.0 * kSecond + 360'000'000, 5'000'000);
}

TEST(MediaClock, BeginsAnewWhenTheSenderDid) {
  MediaClock clock(kRate);
  clock.observe(0, 0);
  clock.settle();
  clock.observe(kRate, 60 * kSecond);
  EXPECT_EQ(clock.at(kRate), 60 * kSecond);
}

TEST(MediaClock, AgreesAtOnceThenByMilliseconds) {
  MediaClock clock(48'000);
  clock.observe(0, 0);
  clock.settle();
  clock.agree(0, 35'000'000);
  EXPECT_EQ(clock.at(0), 35'000'000);
  clock.agree(0, 45'000'000);
  EXPECT_EQ(clock.at(0), 36'000'000);
  clock.agree(0, 10 * kSecond);
  EXPECT_EQ(clock.at(0), 36'000'000) << "a sender's clock that far away is wrong";
}

}  // namespace
}  // namespace classcast::recorder
