// SPDX-License-Identifier: MIT
// What classcastd watches besides its sources: silence, clock, progress of media, and the computer itself.
#include "classroom/clock_watch.hpp"
#include "classroom/host_figures.hpp"
#include "classroom/low_watch.hpp"
#include "classroom/media_health.hpp"
#include "classroom/network_watch.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace classcast::classroom {
namespace {

namespace fs = std::filesystem;

constexpr LowWatch::Limits kSilence{-60, -55, 30s, 1s};

TEST(LowWatch, WaitsBeforeItCallsSomethingLow) {
  LowWatch watch(kSilence);
  Instant at{1000s};
  for (int second = 0; second < 30; ++second) EXPECT_FALSE(watch.update(-80, at += 1s)) << second;
  EXPECT_TRUE(watch.update(-80, at += 1s));
}

TEST(LowWatch, ASingleSoundStartsTheWaitAnew) {
  LowWatch watch(kSilence);
  Instant at{1000s};
  for (int second = 0; second < 29; ++second) watch.update(-80, at += 1s);
  watch.update(-20, at += 1s);
  for (int second = 0; second < 30; ++second) EXPECT_FALSE(watch.update(-80, at += 1s)) << second;
}

TEST(LowWatch, DoesNotFlickerBetweenTheLimits) {
  LowWatch watch(kSilence);
  Instant at{1000s};
  for (int second = 0; second <= 30; ++second) watch.update(-80, at += 1s);
  for (int second = 0; second < 60; ++second) EXPECT_TRUE(watch.update(-57, at += 1s));
  watch.update(-30, at += 1s);
  EXPECT_FALSE(watch.update(-30, at += 1s));
  for (int second = 0; second < 60; ++second) EXPECT_FALSE(watch.update(-57, at += 1s));
}

TEST(ClockWatch, TellsAJumpAndItsDirectionOnce) {
  ClockWatch watch;
  Instant at{1000s};
  std::int64_t wall = 1'700'000'000'000;
  EXPECT_FALSE(watch.tick(at, wall));
  EXPECT_FALSE(watch.tick(at += 500ms, wall += 500));
  EXPECT_EQ(watch.tick(at += 500ms, wall += 500 + 3'600'000), 1h);
  EXPECT_FALSE(watch.tick(at += 500ms, wall += 500));
  EXPECT_EQ(watch.tick(at += 500ms, wall += 500 - 7'200'000), -2h);
}

TEST(ClockWatch, ForgetsTheServersOffsetWhenTheClockJumps) {
  ClockWatch watch;
  Instant at{1000s};
  watch.tick(at, 1'700'000'000'000);
  EXPECT_FALSE(watch.server_offset_ms());
  watch.server_said(1'700'000'005, 1'700'000'000'000);
  EXPECT_EQ(watch.server_offset_ms(), 5500);
  watch.tick(at += 1s, 1'700'000'010'000);
  EXPECT_FALSE(watch.server_offset_ms());
}

TEST(MediaHealth, IsIllOnlyWhenMediaGoInAndNothingComesOut) {
  MediaHealth health;
  Instant at{1000s};
  MediaProgress progress{0, 0, true};
  for (int i = 0; i < 100; ++i) {
    progress.sent += 25;
    progress.packets += 90;
    EXPECT_TRUE(health.update(progress, at += 1s));
  }
  for (int i = 0; i < 20; ++i) {
    progress.sent += 25;
    EXPECT_TRUE(health.update(progress, at += 1s)) << i;
  }
  progress.sent += 25;
  EXPECT_FALSE(health.update(progress, at += 1s));
  ++progress.packets;
  EXPECT_TRUE(health.update(progress, at += 1s));
}

TEST(MediaHealth, IsWellWithoutACameraAndWithoutAServer) {
  MediaHealth health;
  Instant at{1000s};
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(health.update({0, 0, true}, at += 1s)) << "nothing to send";
  for (std::uint64_t i = 0; i < 100; ++i)
    EXPECT_TRUE(health.update({i, 0, false}, at += 1s)) << "nobody to send to";
}

TEST(HostFigures, ReadsThisComputer) {
  HostFigures figures("/", "/");
  auto first = figures.read();
  EXPECT_FALSE(first.cpu_percent) << "a share needs two readings";
  EXPECT_GT(first.memory_mb.value_or(0), 0);
  EXPECT_GT(first.disk_free_mb.value_or(0), 0);
}

TEST(HostFigures, CountsWhatTheProcessorsDidSinceTheLastReading) {
  char folder[] = "/tmp/host-figures-XXXXXX";
  const fs::path root = mkdtemp(folder);
  fs::create_directories(root / "proc");
  fs::create_directories(root / "sys/class/thermal/thermal_zone0");
  fs::create_directories(root / "sys/class/thermal/thermal_zone1");
  std::ofstream(root / "sys/class/thermal/thermal_zone0/temp") << "41000\n";
  std::ofstream(root / "sys/class/thermal/thermal_zone1/temp") << "63500\n";
  std::ofstream(root / "proc/stat") << "cpu  100 0 100 700 100 0 0 0 0 0\n";
  HostFigures figures(root, root);
  figures.read();
  std::ofstream(root / "proc/stat") << "cpu  150 0 150 1500 200 0 0 0 0 0\n";
  auto read = figures.read();
  EXPECT_EQ(read.cpu_percent, 10.0);
  EXPECT_EQ(read.temperature_c, 63);
  EXPECT_FALSE(read.memory_mb) << "there is no meminfo here";
  fs::remove_all(root);
}

TEST(NetworkWatch, LeavesOutLoopback) {
  for (const auto& address : own_addresses()) {
    EXPECT_NE(address, "127.0.0.1");
    EXPECT_NE(address, "::1");
  }
}

}  // namespace
}  // namespace classcast::classroom
