// SPDX-License-Identifier: MIT
#include "bench/load/stage.hpp"

namespace classcast::load {

Stage::~Stage() {
  cameras.stop();
  audience.stop();
}

Result<void> Stage::open_rooms(std::size_t count) {
  for (; rooms_ < count; ++rooms_) {
    auto publisher = Client::open(http_, Direction::publish, room(rooms_), network_);
    if (!publisher) return fail(publisher);
    auto& client = **publisher;
    cameras.add([&client](Bytes packet) { client.rtc().send_rtp(packet); },
                [&client] {
                  client.receive();
                  client.rtc().rtcp.clear();
                  client.keep_alive();
                });
    publishers_.push_back(std::move(*publisher));
  }
  cameras.start();
  return {};
}

Result<void> Stage::seat(std::size_t viewers) {
  for (std::size_t i = 0; i < viewers; ++i) {
    auto viewer = Client::open(http_, Direction::watch, room(i % rooms_), network_);
    if (!viewer) return fail(viewer);
    audience.add(std::move(*viewer));
  }
  return {};
}

void Stage::fill_caches() {
  constexpr double kCacheBytes = 4 << 20;  // relay::CacheLimits
  constexpr double kSome = 1.3;
  constexpr int kPacketsPerFrame = 100;
  auto frames = kSome * kCacheBytes / kPacketBytes / kPacketsPerFrame;
  cameras.film({.packets_per_frame = kPacketsPerFrame, .packets_per_keyframe = kPacketsPerFrame});
  std::this_thread::sleep_for(kFrameTime * static_cast<int>(frames));
  cameras.film({});
}

}  // namespace classcast::load
