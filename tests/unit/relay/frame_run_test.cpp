// SPDX-License-Identifier: MIT
#include "relay/frame_run.hpp"

#include "unit/relay/media.hpp"

#include <gtest/gtest.h>

namespace classcast::relay {

using testing::at_ms;
using testing::OwnedPacket;

TEST(FrameRun, HoldsAFrameUntilItsMarker) {
  FrameRun run(Framing::by_marker);
  EXPECT_FALSE(run.deadline());
  run.add(OwnedPacket(1, 100, at_ms(0)).packet);
  run.add(OwnedPacket(2, 100, at_ms(0)).packet);
  EXPECT_FALSE(run.complete());
  EXPECT_EQ(run.deadline(), at_ms(0) + FrameRun::kMaxHold);
  run.add(OwnedPacket(3, 100, at_ms(0)).marked().packet);
  EXPECT_TRUE(run.complete());
  ASSERT_EQ(run.packets().size(), 3U);
  EXPECT_EQ(run.packets()[2].seq, 3);
  run.clear();
  EXPECT_FALSE(run.complete());
  EXPECT_FALSE(run.deadline());
}

TEST(FrameRun, HoldsNoSound) {
  FrameRun run(Framing::by_packet);
  run.add(OwnedPacket(1, 100, at_ms(0)).packet);
  EXPECT_TRUE(run.complete());
}

TEST(FrameRun, LetsARepairedPacketGoAtOnce) {
  FrameRun run(Framing::by_marker);
  run.add(OwnedPacket(7, 100, at_ms(0)).marked().packet);
  run.clear();
  run.add(OwnedPacket(5, 100, at_ms(20)).packet);
  EXPECT_TRUE(run.complete());
}

TEST(FrameRun, IsNeverLongerThanOneCallCarries) {
  FrameRun run(Framing::by_marker);
  std::int64_t seq = 0;
  for (; !run.complete(); ++seq) run.add(OwnedPacket(seq, 100, at_ms(0)).packet);
  EXPECT_EQ(run.packets().size(), FrameRun::kMaxPackets);
}

}  // namespace classcast::relay
