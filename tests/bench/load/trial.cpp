// SPDX-License-Identifier: MIT
#include "bench/load/trial.hpp"

#include "bench/load/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace classcast::load {

namespace {

constexpr Duration kSettle = 1s;
/// A keyframe of a camera that looks at a class is about this many times as large as its other frames.
constexpr int kKeyframeWeight = 4;
constexpr std::size_t kProbeShare = 16;

}  // namespace

Film film_for(const Trial& trial, double packets_per_second) {
  auto frames = seconds(1s) / seconds(kFrameTime) * static_cast<double>(trial.audience.size());
  Film film;
  // The keyframe of each group is heavier than the rest.
  auto group = static_cast<double>(film.frames_per_group);
  auto weight = (group - 1 + kKeyframeWeight) / group;
  film.packets_per_frame = std::max(1, static_cast<int>(std::lround(packets_per_second / frames / weight)));
  film.packets_per_keyframe = film.packets_per_frame * kKeyframeWeight;
  trial.cameras.film(film);
  return film;
}

LoadResult measure_load(const Trial& trial, Duration run) {
  std::this_thread::sleep_for(kSettle);
  auto begin = now();
  auto cpu = trial.server.cpu_time();
  auto receiver = trial.audience.cpu_time();
  auto received = trial.audience.received();
  std::this_thread::sleep_for(run);
  auto took = seconds(now() - begin);
  cpu = trial.server.cpu_time() - cpu;
  receiver = trial.audience.cpu_time() - receiver;
  auto after = trial.audience.received();
  auto packets = after.packets - received.packets;
  auto expected = std::max(after.expected - received.expected, std::uint64_t{1});
  LoadResult result;
  result.packets_per_second = static_cast<double>(packets) / took;
  result.cpu_per_packet = cpu / static_cast<std::int64_t>(expected);
  result.cpu_share = seconds(cpu) / took;
  result.loss_share = 1 - std::min(1.0, static_cast<double>(packets) / static_cast<double>(expected));
  result.receiver_share = seconds(receiver) / took;
  return result;
}

LatencyResult measure_latency(const Trial& trial, Duration run) {
  trial.audience.probe_every(kProbeShare);
  std::this_thread::sleep_for(kSettle);
  trial.audience.take_latencies();
  LatencyResult result;
  result.load = measure_load(trial, run);
  auto latencies = trial.audience.take_latencies();
  trial.audience.probe_every(0);
  result.samples = latencies.size();
  result.p50 = quantile(latencies, 0.5);
  result.p99 = quantile(latencies, 0.99);
  return result;
}

}  // namespace classcast::load
