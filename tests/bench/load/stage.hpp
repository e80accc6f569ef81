// SPDX-License-Identifier: MIT
// Stage: rooms with their cameras and viewers, connected to a relay.
#pragma once

#include "bench/load/audience.hpp"
#include "bench/load/camera.hpp"
#include "bench/load/client.hpp"

#include <memory>
#include <string>
#include <vector>

namespace classcast::load {

class Stage {
 public:
  Stage(const Http& http, const Network& network) : http_(http), network_(network) {}
  /// The cameras stop before their connections go.
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  static std::string room(std::size_t number) { return "room-" + std::to_string(number); }
  /// Publishers, which begin to film.
  Result<void> open_rooms(std::size_t count);
  /// Spread over the rooms.
  Result<void> seat(std::size_t viewers);
  /// Films until the relay keeps as much of every room as it ever will, so that what its memory grows by
  /// afterwards is the viewers'.
  void fill_caches();

  Cameras cameras;
  Audience audience;

 private:
  Http http_;
  Network network_;
  std::size_t rooms_ = 0;
  std::vector<std::unique_ptr<Client>> publishers_;
};

}  // namespace classcast::load
