// SPDX-License-Identifier: MIT
#include "server/retention.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace classcast::server {
namespace {

constexpr std::int64_t kDay = 24LL * 3600 * 1000;
constexpr std::int64_t kToday = 1'800'000'000'000;

RoomId room(int number) {
  return *RoomId::parse("room-" + std::to_string(number));
}

store::Recording finished(const std::string& id, std::int64_t age_days, std::int64_t size) {
  store::Recording recording{id, room(1), "", "ready"};
  recording.started_ms = kToday - age_days * kDay;
  recording.from_ms = *recording.started_ms;
  recording.duration_ms = 0;
  recording.size = size;
  return recording;
}

RetentionPlan plan(const std::vector<store::Recording>& recordings, const RetentionPolicy& policy,
                   std::int64_t now_ms = kToday) {
  return plan_retention(
      recordings, policy, [&](const RoomId&) { return policy.keep_days; }, now_ms);
}

TEST(Retention, KeepsEverythingWithoutAPolicy) {
  EXPECT_EQ(plan({finished("a", 4000, 1LL << 40)}, {0, 0, 7}), RetentionPlan{});
}

TEST(Retention, TakesTheOldestUntilTheRestFits) {
  auto recordings = std::vector{finished("old", 9, 40), finished("mid", 5, 40), finished("new", 1, 40)};
  EXPECT_EQ(plan(recordings, {0, 80, 7}).to_bin, std::vector<std::string>{"old"});
  recordings[0].is_protected = true;
  EXPECT_EQ(plan(recordings, {0, 80, 7}).to_bin, std::vector<std::string>{"mid"});
  EXPECT_EQ(plan(recordings, {0, 120, 7}), RetentionPlan{});
}

TEST(Retention, AgesByTheRoomsOwnNumber) {
  auto recordings = std::vector{finished("a", 3, 1), finished("b", 3, 1)};
  recordings[1].room = room(2);
  auto keep = [](const RoomId& of) { return of == room(2) ? 2 : 0; };
  EXPECT_EQ(plan_retention(recordings, {0, 0, 7}, keep, kToday).to_bin, std::vector<std::string>{"b"});
}

/// A recording and what has been done with it, for ever repeated at random.
class History {
 public:
  explicit History(unsigned seed) : random_(seed) {}

  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }

  store::Recording recording(int number) {
    auto made = finished("r-" + std::to_string(number), below(60), below(1000));
    made.room = room(below(3));
    made.duration_ms = below(5) * 3'600'000;
    made.is_protected = below(5) == 0;
    if (below(4) == 0) made.deleted_ms = kToday - below(20) * kDay;
    if (below(8) == 0) made.state = "failed";
    if (below(8) == 0) made.state = below(2) == 0 ? "recording" : "finishing";
    if (below(9) == 0) made.size.reset();
    return made;
  }

 private:
  std::mt19937 random_;
};

TEST(Retention, DoesExactlyWhatItSaysOverRandomHistories) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    History history(seed);
    std::vector<store::Recording> recordings;
    for (int i = 0, count = history.below(40); i < count; ++i) recordings.push_back(history.recording(i));
    const RetentionPolicy policy{history.below(30), history.below(2) * history.below(20'000),
                                 history.below(15)};
    auto now = kToday;
    for (int day = 0; day < 40; ++day, now += kDay) {
      const auto made = plan(recordings, policy, now);
      std::set<std::string> to_bin(made.to_bin.begin(), made.to_bin.end());
      const std::set<std::string> purge(made.purge.begin(), made.purge.end());
      ASSERT_EQ(to_bin.size(), made.to_bin.size()) << "named twice, seed " << seed;
      std::int64_t bytes = 0;
      std::int64_t youngest_by_space = 0;
      for (auto& one : recordings) {
        const auto end = *one.started_ms + *one.duration_ms;
        const bool aged = policy.keep_days > 0 && end + policy.keep_days * kDay <= now;
        if (one.is_protected || one.open()) {
          ASSERT_FALSE(to_bin.contains(one.id) || purge.contains(one.id)) << one.id << " seed " << seed;
        } else if (one.deleted_ms) {
          ASSERT_FALSE(to_bin.contains(one.id));
          ASSERT_EQ(purge.contains(one.id), *one.deleted_ms + policy.bin_days * kDay <= now) << seed;
        } else {
          ASSERT_FALSE(purge.contains(one.id)) << "never without the bin, seed " << seed;
          if (aged) {
            ASSERT_TRUE(to_bin.contains(one.id)) << one.id << " seed " << seed;
          }
          if (!aged && to_bin.contains(one.id)) youngest_by_space = std::max(youngest_by_space, end);
        }
        if (!one.open() && !one.deleted_ms && !to_bin.contains(one.id)) bytes += one.size.value_or(0);
      }
      bool left = false;
      for (auto& one : recordings) {
        const bool kept = !one.open() && !one.deleted_ms && !to_bin.contains(one.id) && !one.is_protected;
        if (!kept || one.size.value_or(0) == 0) continue;
        left = true;
        // What is kept is no older than what had to make room.
        ASSERT_GE(*one.started_ms + *one.duration_ms, youngest_by_space) << seed;
      }
      if (policy.keep_bytes > 0 && left) {
        ASSERT_LE(bytes, policy.keep_bytes) << seed;
      }
      if (youngest_by_space > 0) {
        ASSERT_GT(policy.keep_bytes, 0) << "for nothing, seed " << seed;
      }
      std::erase_if(recordings, [&](const auto& one) { return purge.contains(one.id); });
      for (auto& one : recordings) {
        if (to_bin.contains(one.id)) one.deleted_ms = now;
      }
      ASSERT_EQ(plan(recordings, policy, now).to_bin, std::vector<std::string>{}) << "again, seed " << seed;
    }
  }
}

}  // namespace
}  // namespace classcast::server
