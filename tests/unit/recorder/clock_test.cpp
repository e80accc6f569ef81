// SPDX-License-Identifier: MIT
#include "recorder/media_clock.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace classcast::recorder {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kRate = 90'000;
constexpr std::int64_t kPicture = kRate / 25;
constexpr std::int64_t kPictureNs = kSecond / 25;

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

/// A clock that has seen ten seconds of 25 pictures a second, each on time.
MediaClock running_clock() {
  MediaClock clock(kRate);
  clock.observe(0, 0);
  clock.settle();
  for (std::int64_t i = 1; i <= 250; ++i) clock.observe(i * kPicture, i * kPictureNs);
  return clock;
}

TEST(MediaClock, IsNotMovedByABurstAfterAStall) {
  for (const std::int64_t stall : {1, 3, 10, 60}) {
    auto clock = running_clock();
    // The computer looked away: what came meanwhile is taken at once, half a millisecond a picture.
    const auto awake = (10 + stall) * kSecond;
    std::int64_t now = awake;
    for (std::int64_t i = 251; i <= 1600 + 25 * stall; ++i) {
      now = std::max(now + 500'000, i * kPictureNs);
      clock.observe(i * kPicture, now);
      ASSERT_EQ(clock.at(i * kPicture), i * kPictureNs) << stall << " s, picture " << i;
    }
  }
}

TEST(MediaClock, IsNotMovedByStallsThatFollowEachOther) {
  auto clock = running_clock();
  std::int64_t now = 10 * kSecond;
  // Three pictures between stalls of three seconds, then slowly through what waits.
  for (std::int64_t i = 251; i <= 2000; ++i) {
    if (i <= 260 && i % 3 == 0) now += 3 * kSecond;
    now = std::max(now + 30'000'000, i * kPictureNs);
    clock.observe(i * kPicture, now);
    ASSERT_EQ(clock.at(i * kPicture), i * kPictureNs) << i;
  }
}

TEST(MediaClock, FollowsASenderThatStaysLate) {
  auto clock = running_clock();
  // It slept for a minute and goes on counting where it was; the network adds up to 90 ms.
  for (std::int64_t i = 251; i <= 350; ++i)
    clock.observe(i * kPicture, i * kPictureNs + 60 * kSecond + i % 10 * 10'000'000);
  EXPECT_EQ(clock.at(350 * kPicture), 350 * kPictureNs + 60 * kSecond);
}

TEST(MediaClock, BeginsAnewAtOnceWhenTheSenderDid) {
  for (const std::int64_t jump : {-3600, -3, 3, 3600}) {
    auto clock = running_clock();
    const auto timestamp = (10 + jump) * kRate;
    clock.observe(timestamp, 10 * kSecond + kPictureNs);
    EXPECT_EQ(clock.at(timestamp), 10 * kSecond + kPictureNs) << jump;
  }
}

TEST(MediaClock, GoesBackAtOnceWithTheComputersClock) {
  auto clock = running_clock();
  clock.observe(251 * kPicture, 251 * kPictureNs - 3600 * kSecond);
  EXPECT_EQ(clock.at(251 * kPicture), 251 * kPictureNs - 3600 * kSecond);
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
