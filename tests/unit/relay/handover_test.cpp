// SPDX-License-Identifier: MIT
#include "relay/handover.hpp"

#include "relay/shard.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace classcast::relay {

namespace {

rtc::Tuple from_port(std::uint16_t port) {
  return {rtc::Address::v4({192, 0, 2, 1}, 8443), rtc::Address::v4({192, 0, 2, 2}, port),
          rtc::Transport::udp};
}

}  // namespace

TEST(Handover, PassesDatagramsOnInOrderBetweenThreads) {
  constexpr std::uint16_t kCount = 20'000;
  Handover ring;
  std::thread writer([&ring] {
    for (std::uint16_t i = 0; i < kCount; ++i) {
      Buffer datagram(1 + i % 1500, static_cast<std::uint8_t>(i));
      while (!ring.push(from_port(i), datagram, Handover::Kind::known)) std::this_thread::yield();
    }
  });
  std::uint16_t next = 0;
  bool sound = true;
  while (next < kCount) {
    ring.drain([&](const rtc::Tuple& tuple, MutableBytes datagram) {
      sound = sound && tuple == from_port(next) && datagram.size() == std::size_t{1} + next % 1500 &&
              datagram.back() == static_cast<std::uint8_t>(next);
      ++next;
    });
    std::this_thread::yield();
  }
  writer.join();
  EXPECT_TRUE(sound);
}

TEST(Handover, ChecksOfStrangersLeaveRoomForPeers) {
  Handover ring;
  Buffer datagram(100);
  std::size_t checks = 0;
  while (ring.push(from_port(1), datagram, Handover::Kind::check)) ++checks;
  EXPECT_EQ(checks, Handover::kSlots / 2);
  std::size_t media = 0;
  while (ring.push(from_port(2), datagram, Handover::Kind::known)) ++media;
  EXPECT_EQ(media, Handover::kSlots - checks);
}

TEST(Handover, RefusesWhatIsLongerThanASlot) {
  Handover ring;
  EXPECT_FALSE(ring.push(from_port(1), Buffer(Handover::kMaxDatagram + 1), Handover::Kind::known));
}

TEST(Shard, IsNamedByItsUfrags) {
  for (std::size_t index : {0, 7, 25}) {
    Shard shard{.index = index};
    EXPECT_EQ(Shard::of_ufrag(shard.credentials().ufrag), index);
  }
  EXPECT_FALSE(Shard::of_ufrag(""));
  EXPECT_FALSE(Shard::of_ufrag("0abc"));
}

}  // namespace classcast::relay
