// SPDX-License-Identifier: MIT
// Trial: one server under load: what its CPU, its memory and the viewers' packets show.
#pragma once

#include "bench/load/audience.hpp"
#include "bench/load/camera.hpp"
#include "bench/load/process.hpp"

namespace classcast::load {

/// A server, what films and who watches. The parts outlive it.
struct Trial {
  const Process& server;
  Cameras& cameras;
  Audience& audience;
};

struct LoadResult {
  double packets_per_second = 0;
  /// User and system time of the server, divided by the packets that it sent.
  Duration cpu_per_packet{};
  /// Of one core.
  double cpu_share = 0;
  double loss_share = 0;
  /// CPU share of the thread that receives for all viewers: at 1 it is the generator that is measured.
  double receiver_share = 0;

  [[nodiscard]] double packets_per_core() const {
    return cpu_per_packet.count() == 0 ? 0 : 1e9 / static_cast<double>(cpu_per_packet.count());
  }
};

struct LatencyResult {
  LoadResult load;
  Duration p50{};
  Duration p99{};
  std::size_t samples = 0;
};

/// All cameras film so that the server has this much to send.
Film film_for(const Trial& trial, double packets_per_second);
/// Measures for `run`, after the load has settled.
LoadResult measure_load(const Trial& trial, Duration run);
LatencyResult measure_latency(const Trial& trial, Duration run);

}  // namespace classcast::load
