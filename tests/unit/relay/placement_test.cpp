// SPDX-License-Identifier: MIT
#include "relay/placement.hpp"

#include <gtest/gtest.h>

#include <string>

namespace classcast::relay {

namespace {

RoomId room(int number) {
  return *RoomId::parse("room-" + std::to_string(number));
}

}  // namespace

TEST(Placement, SpreadsRoomsEvenlyAndKeepsEachWhereItIs) {
  Placement placement(3);
  std::vector<int> count(3);
  for (int i = 0; i < 9; ++i) ++count[placement.begin(room(i))];
  EXPECT_EQ(count, (std::vector<int>{3, 3, 3}));
  auto where = placement.of(room(4));
  EXPECT_EQ(placement.begin(room(4)), where);
  EXPECT_EQ(placement.rooms(), 9U);
}

TEST(Placement, GivesTheRoomOfOneThatEndedToTheNext) {
  Placement placement(2);
  placement.begin(room(1));
  placement.begin(room(2));
  placement.finish(room(2), Placement::After::alive);
  auto freed = placement.of(room(2));
  placement.gone(room(2));
  EXPECT_EQ(placement.begin(room(3)), freed);
}

TEST(Placement, ForgetsARoomThatARequestDidNotMake) {
  Placement placement(2);
  placement.begin(room(1));
  placement.finish(room(1), Placement::After::gone);
  EXPECT_EQ(placement.rooms(), 0U);
  EXPECT_EQ(placement.of(room(1)), 0U);
}

TEST(Placement, KeepsARoomThatEndsWhileARequestIsOnItsWay) {
  Placement placement(2);
  placement.begin(room(0));
  auto where = placement.begin(room(1));
  placement.finish(room(1), Placement::After::alive);
  placement.begin(room(1));
  placement.gone(room(1));
  EXPECT_EQ(placement.of(room(1)), where) << "the request makes it anew, and there";
  placement.finish(room(1), Placement::After::alive);
  EXPECT_EQ(placement.of(room(1)), where);
}

}  // namespace classcast::relay
