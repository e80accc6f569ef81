// SPDX-License-Identifier: MIT
// The small parts of classcastd.
#include "classroom/backoff.hpp"
#include "classroom/rate_meter.hpp"
#include "classroom/repeat_filter.hpp"
#include "classroom/status_line.hpp"
#include "classroom/worker.hpp"
#include "device/url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace classcast::classroom {
namespace {

TEST(Backoff, DoublesUpToItsLimitAndSpreads) {
  constexpr Backoff kBackoff{1s, 5s};
  EXPECT_EQ(kBackoff.delay(1, 0.5), 1s);
  EXPECT_EQ(kBackoff.delay(3, 0.5), 4s);
  EXPECT_EQ(kBackoff.delay(1000, 0.5), 5s);
  EXPECT_EQ(to_ms(kBackoff.delay(1, 0.0)), 800);
  EXPECT_NEAR(static_cast<double>(to_ms(kBackoff.delay(1, 1.0))), 1200, 1);
}

TEST(RepeatFilter, LetsNewsThroughAndCountsRepeats) {
  RepeatFilter filter;
  Instant at{1000s};
  EXPECT_EQ(filter.admit("down", at), "down");
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(filter.admit("down", at += 10min));
  EXPECT_EQ(filter.admit("up", at), "up");
  EXPECT_EQ(filter.admit("down", at += 10min), "down (5 more times in the last hour)");
}

TEST(RepeatFilter, ANewFaultAfterAGoodWhileIsNewsAgain) {
  RepeatFilter filter;
  Instant at{1000s};
  filter.admit("down", at);
  filter.fails_after(29s);
  EXPECT_FALSE(filter.admit("down", at));
  filter.fails_after(30s);
  EXPECT_EQ(filter.admit("down", at), "down");
}

TEST(RepeatFilter, DoesNotGrowWithoutLimit) {
  RepeatFilter filter;
  Instant at{1000s};
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(filter.admit(std::to_string(i), at));
}

TEST(RateMeter, MeasuresOverAtLeastASecond) {
  RateMeter meter;
  Instant at{1000s};
  meter.update(100, at);
  meter.update(600, at += 500ms);
  EXPECT_EQ(meter.per_second(), 0);
  meter.update(2100, at += 1500ms);
  EXPECT_EQ(meter.per_second(), 1000);
}

TEST(Url, KnowsLoopback) {
  for (const auto* host : {"localhost", "127.0.0.1", "127.3.2.1", "::1"})
    EXPECT_TRUE(device::is_loopback(host)) << host;
  for (const auto* host : {"10.0.0.1", "school", "::2", "localhost.example.org"})
    EXPECT_FALSE(device::is_loopback(host)) << host;
}

TEST(StatusLine, SaysWhatATechnicianWantsToKnow) {
  protocol::Heartbeat heartbeat;
  heartbeat.camera.state = protocol::SourceState::live;
  heartbeat.microphone.state = protocol::SourceState::live;
  heartbeat.microphone.level_dbfs = -23.1;
  heartbeat.uplink.state = protocol::SourceState::live;
  heartbeat.uplink.bitrate_bps = 1'240'000;
  EXPECT_EQ(status_line("room-101", heartbeat, 25.0),
            "room-101: camera live 25 fps, microphone live -23 dBFS, uplink live 1.2 Mbit/s");
  heartbeat.camera.state = protocol::SourceState::backoff;
  heartbeat.camera.cause = "camera refused the user name or password (401)";
  heartbeat.microphone.state = protocol::SourceState::off;
  heartbeat.uplink.state = protocol::SourceState::connecting;
  EXPECT_EQ(
      status_line("", heartbeat, 0),
      "no room yet: camera backoff (camera refused the user name or password (401)), microphone off, uplink "
      "connecting");
}

TEST(Worker, DoesOneThingAfterTheOther) {
  std::string order;
  {
    Worker worker("test");
    for (char c : std::string("abc")) worker.run([&order, c] { order += c; });
    ASSERT_TRUE(worker.wait_idle(5s));
    EXPECT_FALSE(worker.busy_for(now()));
    worker.run([&order] { order += 'd'; });
  }
  EXPECT_EQ(order, "abcd");
}

TEST(Worker, TellsHowLongItHasBeenBusy) {
  Worker worker("test");
  std::promise<void> go;
  worker.run([waiting = std::make_shared<std::future<void>>(go.get_future())] { waiting->wait(); });
  EXPECT_FALSE(worker.wait_idle(1ms));
  auto busy = worker.busy_for(now() + 10s);
  ASSERT_TRUE(busy);
  EXPECT_GE(*busy, 10s);
  go.set_value();
  EXPECT_TRUE(worker.wait_idle(5s));
}

}  // namespace
}  // namespace classcast::classroom
