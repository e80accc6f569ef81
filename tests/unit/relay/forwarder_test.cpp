// SPDX-License-Identifier: MIT
#include "relay/forwarder.hpp"

#include "unit/relay/media.hpp"

#include <gtest/gtest.h>

namespace classcast::relay {

using testing::at_ms;
using testing::OwnedPacket;

namespace {

Forwarder::Options video() {
  return {.clock_rate = 90000, .gate = Gate::keyframe, .first_seq = 100, .first_timestamp = 5000};
}

constexpr std::uint32_t kFrame = 3600;  // 40 ms at 90 kHz

}  // namespace

TEST(Forwarder, WaitsForAKeyframeAndCountsOnFromItsOwnNumbers) {
  Forwarder forwarder(video());
  EXPECT_FALSE(forwarder.forward(OwnedPacket(10, 70000, at_ms(0)).packet, at_ms(0)));
  EXPECT_TRUE(forwarder.waiting());
  auto first = forwarder.forward(OwnedPacket(11, 80000, at_ms(40)).key().packet, at_ms(40));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->seq, 100);
  EXPECT_EQ(first->timestamp, 5000U);
  auto second = forwarder.forward(OwnedPacket(12, 80000 + kFrame, at_ms(80)).packet, at_ms(80));
  EXPECT_EQ(second->seq, 101);
  EXPECT_EQ(second->timestamp, 5000U + kFrame);
}

TEST(Forwarder, KeepsGapsSoThatTheViewerMayAskForThem) {
  Forwarder forwarder(video());
  forwarder.forward(OwnedPacket(10, 0, at_ms(0)).key().packet, at_ms(0));
  EXPECT_EQ(forwarder.forward(OwnedPacket(12, kFrame, at_ms(40)).packet, at_ms(40))->seq, 102);
  EXPECT_EQ(forwarder.forward(OwnedPacket(11, kFrame, at_ms(45)).packet, at_ms(45))->seq, 101);
}

TEST(Forwarder, DropsWhatBelongsBeforeTheKeyframe) {
  Forwarder forwarder(video());
  forwarder.forward(OwnedPacket(10, 0, at_ms(0)).key().packet, at_ms(0));
  EXPECT_FALSE(forwarder.forward(OwnedPacket(9, 0, at_ms(1)).packet, at_ms(1)));
}

TEST(Forwarder, GoesOnWithoutAGapWhenAnotherSourceTakesOver) {
  Forwarder forwarder(video());
  forwarder.forward(OwnedPacket(10, 90000, at_ms(0)).key().packet, at_ms(0));
  auto before = forwarder.forward(OwnedPacket(11, 90000 + kFrame, at_ms(40)).packet, at_ms(40));
  forwarder.source_changed();
  EXPECT_FALSE(forwarder.forward(OwnedPacket(7, 1, at_ms(500)).packet, at_ms(500)));
  auto after = forwarder.forward(OwnedPacket(8, 123456, at_ms(540)).key().packet, at_ms(540));
  ASSERT_TRUE(before && after);
  EXPECT_EQ(after->seq, before->seq + 1);
  EXPECT_EQ(after->timestamp - before->timestamp, 500U * 90) << "as much as time has passed";
}

TEST(Forwarder, SurvivesWrapsOfBothCounters) {
  Forwarder forwarder(
      {.clock_rate = 90000, .gate = Gate::none, .first_seq = 65535, .first_timestamp = 0xfffffff0});
  EXPECT_EQ(forwarder.forward(OwnedPacket(1, 10, at_ms(0)).packet, at_ms(0))->seq, 65535);
  auto next = forwarder.forward(OwnedPacket(2, 10 + kFrame, at_ms(40)).packet, at_ms(40));
  EXPECT_EQ(next->seq, 0);
  EXPECT_EQ(next->timestamp, static_cast<std::uint32_t>(0xfffffff0 + kFrame));
}

TEST(Forwarder, LetsAudioBeginAnywhere) {
  Forwarder forwarder({.clock_rate = 48000, .gate = Gate::none, .first_seq = 1, .first_timestamp = 2});
  EXPECT_EQ(forwarder.forward(OwnedPacket(900, 960, at_ms(0)).packet, at_ms(0))->seq, 1);
}

TEST(Forwarder, ReplaysACachedGroupOfPicturesAMillisecondApartThenGoesLive) {
  Forwarder forwarder(video());
  auto replayed = [&](std::int64_t seq, std::uint32_t timestamp, bool key) {
    OwnedPacket packet(seq, timestamp, at_ms(0));
    packet.packet.keyframe = key;
    return forwarder.replay(packet.packet, at_ms(1000));
  };
  EXPECT_EQ(replayed(20, 0, true)->timestamp, 5000U);
  EXPECT_EQ(replayed(21, 0, true)->timestamp, 5000U) << "two packets of one frame";
  EXPECT_EQ(replayed(22, kFrame, false)->timestamp, 5000U + 90);
  EXPECT_EQ(replayed(23, 2 * kFrame, false)->timestamp, 5000U + 180);
  auto same = forwarder.forward(OwnedPacket(24, 2 * kFrame, at_ms(1001)).packet, at_ms(1001));
  EXPECT_EQ(same->timestamp, 5000U + 180) << "the rest of the frame that was being replayed";
  EXPECT_EQ(same->seq, 104);
  auto live = forwarder.forward(OwnedPacket(25, 3 * kFrame, at_ms(1040)).packet, at_ms(1040));
  EXPECT_EQ(live->timestamp, 5000U + 180 + kFrame) << "from here on in real time";
  EXPECT_FALSE(forwarder.forward(OwnedPacket(22, kFrame, at_ms(1041)).packet, at_ms(1041)));
}

TEST(Forwarder, FindsSentPacketsForNacksButNotTwiceInARow) {
  Forwarder forwarder(video());
  forwarder.forward(OwnedPacket(10, 0, at_ms(0)).key().packet, at_ms(0));
  forwarder.forward(OwnedPacket(11, kFrame, at_ms(40)).packet, at_ms(40));
  auto sent = forwarder.resend(101, at_ms(60), 20ms);
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->source_seq, 11);
  EXPECT_EQ(sent->timestamp, 5000U + kFrame);
  EXPECT_FALSE(forwarder.resend(101, at_ms(70), 20ms));
  EXPECT_TRUE(forwarder.resend(101, at_ms(80), 20ms));
  EXPECT_FALSE(forwarder.resend(102, at_ms(80), 20ms)) << "never sent";
  forwarder.source_changed();
  auto older = forwarder.resend(100, at_ms(200), 20ms);
  ASSERT_TRUE(older) << "the layer before may still be asked";
  EXPECT_EQ(older->source_seq, 10);
  EXPECT_TRUE(forwarder.resend(100, at_ms(300), 20ms)->former);
  forwarder.source_changed();
  EXPECT_FALSE(forwarder.resend(100, at_ms(400), 20ms)) << "its source is gone";
}

TEST(Forwarder, ForgetsWhatWasSentLongAgo) {
  Forwarder forwarder(video());
  for (std::int64_t i = 0; i < 2000; ++i) {
    forwarder.forward(OwnedPacket(i, static_cast<std::uint32_t>(i), at_ms(i), 1).key().packet, at_ms(i));
  }
  EXPECT_FALSE(forwarder.resend(100, at_ms(3000), 20ms));
  EXPECT_TRUE(
      forwarder.resend(static_cast<std::uint16_t>(100 + 2000 - Forwarder::kHistory), at_ms(3000), 20ms));
}

}  // namespace classcast::relay
