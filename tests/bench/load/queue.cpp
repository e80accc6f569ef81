// SPDX-License-Identifier: MIT
#include "bench/load/queue.hpp"

#include <algorithm>

namespace classcast::load {

namespace {

struct QueuedFrame {
  Duration at{};
  int packets = 0;
};

std::vector<QueuedFrame> frames_of(const std::vector<Timetable>& cameras, const Film& film) {
  std::vector<QueuedFrame> frames;
  for (const auto& camera : cameras) {
    for (int i = 0; i < film.frames_per_group; ++i) {
      bool key = (camera.first_frame + i) % film.frames_per_group == 0;
      frames.push_back(
          {camera.phase + i * kFrameTime, key ? film.packets_per_keyframe : film.packets_per_frame});
    }
  }
  std::sort(frames.begin(), frames.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  return frames;
}

}  // namespace

std::vector<Duration> queue_latencies(const std::vector<Timetable>& cameras, const Film& film,
                                      std::size_t viewers_per_camera, Duration per_packet) {
  std::vector<Duration> latencies;
  Duration free_at{};
  for (const auto& frame : frames_of(cameras, film)) {
    free_at = std::max(free_at, frame.at);
    for (std::size_t viewer = 0; viewer < viewers_per_camera; ++viewer) {
      free_at += frame.packets * per_packet;
      latencies.insert(latencies.end(), static_cast<std::size_t>(frame.packets), free_at - frame.at);
    }
  }
  return latencies;
}

}  // namespace classcast::load
