// SPDX-License-Identifier: MIT
#include "relay/eviction.hpp"

#include <gtest/gtest.h>

namespace classcast::relay {

namespace {

constexpr std::int64_t kEvictedAt = 1'000'000'000;
constexpr std::int64_t kLifeMs = protocol::kTokenLifeSeconds * 1000;

protocol::TokenClaims signed_at(const std::string& sub, std::int64_t at_ms) {
  return {sub, "room-1", protocol::Right::watch, (at_ms + kLifeMs) / 1000, "x", {}, at_ms};
}

}  // namespace

TEST(Eviction, CoversANameAndAllBelowIt) {
  const Eviction person{"user:7", ""};
  EXPECT_TRUE(person.covers("user:7", "room-1"));
  EXPECT_TRUE(person.covers("user:7/1f9a", "room-1"));
  EXPECT_FALSE(person.covers("user:70", "room-1"));
  EXPECT_FALSE(person.covers("user:70/1f9a", "room-1"));
  EXPECT_FALSE(person.covers("", "room-1"));
  EXPECT_FALSE(person.covers("device:room-1", "room-1"));
  EXPECT_TRUE((Eviction{"user", ""}.covers("user:7/1f9a", "room-1")));
  EXPECT_FALSE((Eviction{"user:7/1f9a", ""}.covers("user:7/2b00", "room-1")));
}

TEST(Eviction, OfARoomEndsThereAndNowhereElse) {
  const Eviction room{"", "room-1"};
  EXPECT_TRUE(room.covers("user:7", "room-1"));
  EXPECT_TRUE(room.covers("", "room-1"));
  EXPECT_FALSE(room.covers("user:7", "room-2"));
  EXPECT_FALSE((Eviction{"user:7", "room-1"}.covers("user:7", "room-2")));
}

TEST(Evictions, RefuseWhatWasSignedBefore) {
  Evictions evictions;
  evictions.add({"user:7", ""}, kEvictedAt);
  EXPECT_TRUE(evictions.cover(signed_at("user:7/1f9a", kEvictedAt - 1)));
  EXPECT_TRUE(evictions.cover(signed_at("user:7/1f9a", kEvictedAt)));
  EXPECT_FALSE(evictions.cover(signed_at("user:7/1f9a", kEvictedAt + 1))) << "the right was given again";
  EXPECT_FALSE(evictions.cover(signed_at("user:8/1f9a", kEvictedAt - 1)));
  auto untold = signed_at("user:7/1f9a", kEvictedAt + 500);
  untold.made_ms = 0;
  EXPECT_TRUE(evictions.cover(untold)) << "without the milliseconds the whole second is refused";
  // Long afterwards, when others are evicted, it is forgotten: its tokens have expired.
  evictions.add({"user:8", ""}, kEvictedAt + kLifeMs + 1);
  EXPECT_FALSE(evictions.cover(signed_at("user:7/1f9a", kEvictedAt)));
}

}  // namespace classcast::relay
