// SPDX-License-Identifier: MIT
// What no forwarder on one core can go below: the packets of these cameras wait for each other, whoever sends
// them, because a frame comes at once and takes a while to be sent to everybody.
#pragma once

#include "bench/load/camera.hpp"

#include <vector>

namespace classcast::load {

/// Of every packet to every viewer of one group of pictures: how long after its frame came it has left, when
/// the core does nothing but send packets, each in `per_packet`, frame after frame in the order in which they
/// came.
std::vector<Duration> queue_latencies(const std::vector<Timetable>& cameras, const Film& film,
                                      std::size_t viewers_per_camera, Duration per_packet);

}  // namespace classcast::load
