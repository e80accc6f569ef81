// SPDX-License-Identifier: MIT
#include "relay/packet_cache.hpp"

#include "relay/gop_cache.hpp"
#include "unit/relay/media.hpp"

#include <gtest/gtest.h>

namespace classcast::relay {

using testing::at_ms;
using testing::OwnedPacket;

TEST(PacketCache, FindsWhatWasStoredWithItsFields) {
  PacketCache cache(1000, 8);
  cache.store(OwnedPacket(7, 900, at_ms(3)).key().marked().packet);
  auto found = cache.find(7);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->timestamp, 900U);
  EXPECT_TRUE(found->marker);
  EXPECT_TRUE(found->keyframe);
  EXPECT_EQ(found->arrival, at_ms(3));
  ASSERT_EQ(found->payload.size(), 100U);
  EXPECT_EQ(found->payload[99], 7);
  EXPECT_FALSE(cache.find(6));
  EXPECT_FALSE(cache.find(7 + 8));
}

TEST(PacketCache, ForgetsTheOldestWhenItsMemoryIsFull) {
  PacketCache cache(1000, 64);
  for (std::int64_t seq = 0; seq < 25; ++seq) cache.store(OwnedPacket(seq, 0, at_ms(0), 90).packet);
  EXPECT_FALSE(cache.find(13));
  for (std::int64_t seq = 15; seq < 25; ++seq) {
    auto found = cache.find(seq);
    ASSERT_TRUE(found) << seq;
    EXPECT_EQ(found->payload.front(), seq);
    EXPECT_EQ(found->payload.back(), seq);
  }
}

TEST(PacketCache, ForgetsTheOldestWhenItsSlotsAreUsedUp) {
  PacketCache cache(100'000, 8);
  for (std::int64_t seq = 0; seq < 10; ++seq) cache.store(OwnedPacket(seq, 0, at_ms(0)).packet);
  EXPECT_FALSE(cache.find(1));
  EXPECT_TRUE(cache.find(2));
  EXPECT_EQ(cache.newest(), 9);
}

TEST(PacketCache, TakesLatePacketsInTheirPlace) {
  PacketCache cache(10'000, 8);
  for (std::int64_t seq : {1, 2, 4, 3}) cache.store(OwnedPacket(seq, 0, at_ms(0)).packet);
  EXPECT_EQ(cache.newest(), 4);
  ASSERT_TRUE(cache.find(3));
  EXPECT_EQ(cache.find(3)->payload.front(), 3);
}

TEST(PacketCache, IgnoresWhatCanNeverFit) {
  PacketCache cache(200, 8);
  cache.store(OwnedPacket(1, 0, at_ms(0), 201).packet);
  EXPECT_FALSE(cache.find(1));
}

class GopCacheTest : public ::testing::Test {
 protected:
  bool add(std::int64_t seq, std::uint32_t timestamp, std::int64_t ms, bool key) {
    OwnedPacket packet(seq, timestamp, at_ms(ms));
    packet.packet.keyframe = key;
    cache_.store(packet.packet);
    return gop_.on_packet(packet.packet);
  }
  PacketCache cache_{2000, 64};
  GopCache gop_{2s};
};

TEST_F(GopCacheTest, BeginsAtTheFirstPacketOfTheNewestKeyframe) {
  EXPECT_FALSE(add(1, 100, 0, false));
  EXPECT_FALSE(gop_.start(cache_, at_ms(0)));
  EXPECT_TRUE(add(2, 200, 40, true));
  EXPECT_FALSE(add(3, 200, 40, true)) << "the same picture";
  EXPECT_FALSE(add(4, 300, 80, false));
  EXPECT_EQ(gop_.start(cache_, at_ms(80)), 2);
  EXPECT_TRUE(add(5, 400, 120, true));
  EXPECT_EQ(gop_.start(cache_, at_ms(120)), 5);
}

TEST_F(GopCacheTest, MovesBackForALateHeadOfTheSamePicture) {
  add(3, 200, 40, true);
  add(2, 200, 45, true);
  EXPECT_EQ(gop_.start(cache_, at_ms(50)), 2);
}

TEST_F(GopCacheTest, IsNotUsedWhenTooOldOrOverwritten) {
  add(1, 100, 0, true);
  EXPECT_TRUE(gop_.start(cache_, at_ms(2000)));
  EXPECT_FALSE(gop_.start(cache_, at_ms(2001)));
  add(2, 200, 3000, true);
  for (std::int64_t seq = 3; seq < 30; ++seq) add(seq, 300, 3001, false);
  EXPECT_FALSE(gop_.start(cache_, at_ms(3002)));
}

TEST(GopCache, IsNotUsedWhileTheCameraStandsStill) {
  PacketCache cache(2000, 64);
  GopCache gop(12s);
  OwnedPacket key(1, 100, at_ms(0));
  cache.store(key.key().packet);
  gop.on_packet(key.packet);
  cache.store(OwnedPacket(2, 200, at_ms(500)).packet);
  EXPECT_EQ(gop.start(cache, at_ms(2500)), 1);
  EXPECT_FALSE(gop.start(cache, at_ms(2501))) << "an old picture would be shown as a new one";
  cache.store(OwnedPacket(3, 300, at_ms(4000)).packet);
  EXPECT_EQ(gop.start(cache, at_ms(4000)), 1);
}

}  // namespace classcast::relay
