// SPDX-License-Identifier: MIT
// Bandwidth against a bottleneck in virtual time: what it says must follow what the path carries.
#include "rtc/bandwidth.hpp"

#include "base/bytes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>

namespace classcast::rtc {

namespace {

/// Sends a stream through a queue that is emptied at a rate, and reports as a receiver does.
class Path {
 public:
  double capacity_bps = 5e6;
  double loss = 0;
  Duration delay = 20ms;
  Duration jitter = 0ms;
  Bandwidth bandwidth;

  /// Sends at `bps` for `time`: a frame every 40 ms.
  void stream(double bps, Duration time) {
    constexpr Duration kFrame = 40ms;
    for (auto end = now_ + time; now_ < end; now_ += kFrame) {
      auto bytes = static_cast<std::size_t>(bps / 8 * 0.04);
      for (; bytes > 0; bytes -= std::min<std::size_t>(bytes, 1200)) {
        send(std::max<std::size_t>(std::min<std::size_t>(bytes, 1200), 100), 0, now_);
      }
      report();
    }
  }
  void probe(double bps, Duration time, std::uint8_t id) {
    for (auto end = now_ + time; now_ < end; now_ += 2ms) {
      send(static_cast<std::size_t>(bps / 8 * 0.002), id, now_);
    }
    report();
  }
  [[nodiscard]] double estimate() const {
    return static_cast<double>(bandwidth.estimate_bps(now_).value_or(0));
  }
  [[nodiscard]] Instant now() const { return now_; }

 private:
  struct Arrived {
    std::uint16_t seq;
    Instant at;
  };
  void send(std::size_t bytes, std::uint8_t probe, Instant at) {
    constexpr Duration kQueue = 500ms;
    auto seq = bandwidth.on_sent(bytes, at, probe);
    auto wait = std::max(busy_until_ - at, Duration(0));
    if (wait > kQueue || std::uniform_real_distribution<>(0, 1)(random_) < loss) return;
    auto takes = std::chrono::duration<double>(static_cast<double>(bytes) * 8 / capacity_bps);
    busy_until_ = at + wait + std::chrono::duration_cast<Duration>(takes);
    auto late =
        std::uniform_int_distribution<std::int64_t>(0, std::max<std::int64_t>(jitter.count(), 1))(random_);
    way_.push_back({seq, busy_until_ + delay + Duration(late)});
  }
  void report() {
    std::sort(way_.begin(), way_.end(), [](const auto& a, const auto& b) { return a.seq < b.seq; });
    auto here = std::find_if(way_.begin(), way_.end(), [this](const auto& a) { return a.at > now_; });
    if (here == way_.begin()) return;
    rtcp::TransportCc feedback;
    feedback.base_seq = static_cast<std::uint16_t>(reported_ + 1);
    auto ticks = [](Instant at) { return at.time_since_epoch() / rtcp::TransportCc::kDeltaUnit; };
    auto before = ticks(way_.front().at) / 256 * 256;
    feedback.reference_time = static_cast<std::uint32_t>(before / 256) & 0xffffff;
    auto next = feedback.base_seq;
    for (auto it = way_.begin(); it != here; ++it) {
      for (; next != it->seq; ++next) feedback.arrivals.push_back({});
      auto delta = ticks(it->at) - before;
      feedback.arrivals.push_back({true, static_cast<std::int16_t>(delta)});
      before += delta;
      ++next;
      reported_ = it->seq;
    }
    way_.erase(way_.begin(), here);
    bandwidth.on_feedback(feedback, now_);
  }

  Instant now_{std::chrono::hours(1)};
  Instant busy_until_ = now_;
  std::deque<Arrived> way_;
  std::uint16_t reported_ = 0;
  std::mt19937 random_{3};
};

}  // namespace

TEST(Bandwidth, KnowsNothingWithoutFeedback) {
  Bandwidth bandwidth;
  Instant now{1h};
  EXPECT_FALSE(bandwidth.estimate_bps(now));
  bandwidth.on_sent(1200, now);
  EXPECT_FALSE(bandwidth.estimate_bps(now));
  EXPECT_FALSE(bandwidth.can_probe(now));
}

TEST(Bandwidth, SaysAtLeastWhatArrivesAndLittleMore) {
  Path path;
  path.stream(1e6, 10s);
  EXPECT_GE(path.estimate(), 0.95e6);
  EXPECT_LE(path.estimate(), 1.7e6) << "a stream that sends little proves little";
}

TEST(Bandwidth, FollowsACollapseWithinTwoSeconds) {
  Path path;
  path.stream(2e6, 5s);
  EXPECT_GE(path.estimate(), 1.9e6);
  path.capacity_bps = 1e6;
  path.stream(2e6, 2s);
  EXPECT_LE(path.estimate(), 1.2e6);
  EXPECT_GE(path.estimate(), 0.5e6);
}

TEST(Bandwidth, RecoversWhenTheStreamHasBecomeSmallEnough) {
  Path path;
  path.capacity_bps = 1e6;
  path.stream(2e6, 4s);
  path.stream(0.4e6, 5s);
  path.capacity_bps = 5e6;
  path.stream(0.4e6, 5s);
  EXPECT_GE(path.estimate(), 0.38e6);
  path.stream(1.5e6, 5s);
  EXPECT_GE(path.estimate(), 1.4e6);
}

TEST(Bandwidth, IsRaisedByAProbeThatCameThrough) {
  Path path;
  path.stream(0.3e6, 3s);
  EXPECT_LT(path.estimate(), 0.6e6);
  ASSERT_TRUE(path.bandwidth.can_probe(path.now()));
  path.probe(2.5e6, 100ms, 1);
  path.stream(0.3e6, 300ms);
  EXPECT_GE(path.estimate(), 2.0e6);
  EXPECT_EQ(path.bandwidth.probes(), 1U);
}

TEST(Bandwidth, IsNotDeceivedByAProbeThatMetTheBottleneck) {
  Path path;
  path.capacity_bps = 0.8e6;
  path.stream(0.3e6, 3s);
  path.probe(2.5e6, 100ms, 1);
  path.stream(0.3e6, 2s);
  EXPECT_LE(path.estimate(), 0.9e6);
  EXPECT_GE(path.estimate(), 0.25e6);
}

TEST(Bandwidth, StandsRandomLossAndJitter) {
  for (double loss : {0.01, 0.03, 0.08}) {
    Path path;
    path.loss = loss;
    path.jitter = 10ms;
    path.stream(1.5e6, 20s);
    EXPECT_GE(path.estimate(), 1.2e6) << loss;
  }
}

TEST(Bandwidth, GivesWayToHeavyLoss) {
  Path path;
  path.stream(1.5e6, 3s);
  path.loss = 0.3;
  path.stream(1.5e6, 6s);
  EXPECT_LE(path.estimate(), 1.2e6);
}

TEST(Bandwidth, FallsBackToReportsAndToTheReceiversOwnEstimate) {
  Bandwidth bandwidth;
  Instant now{1h};
  for (int i = 0; i < 200; ++i) bandwidth.on_sent(1250, now += 10ms);  // 1 Mbit/s
  bandwidth.on_remb(700'000, now);
  EXPECT_EQ(bandwidth.estimate_bps(now), 700'000U);
  bandwidth.on_report(64, now);  // a quarter was lost
  EXPECT_LE(bandwidth.estimate_bps(now), 900'000U);
  EXPECT_FALSE(bandwidth.can_probe(now));
  EXPECT_FALSE(bandwidth.estimate_bps(now + Bandwidth::kStale)) << "old news is no news";
}

TEST(Bandwidth, IgnoresFeedbackOnPacketsThatWereNeverSent) {
  Bandwidth bandwidth;
  Instant now{1h};
  for (int i = 0; i < 50; ++i) bandwidth.on_sent(1200, now += 10ms);
  rtcp::TransportCc feedback;
  feedback.base_seq = 40'000;
  for (int i = 0; i < 100; ++i) feedback.arrivals.push_back({true, 4});
  bandwidth.on_feedback(feedback, now);
  EXPECT_FALSE(bandwidth.estimate_bps(now));
}

}  // namespace classcast::rtc
