// SPDX-License-Identifier: MIT
// What the relay sees of each room (docs/ref/protocol.md §4): the evidence that a room is live.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace classcast::protocol {

struct TrackStatus {
  std::string codec;
  std::int64_t packets = 0;
  std::int64_t frames = 0;
  std::int64_t keyframes = 0;
  std::optional<std::int64_t> last_ms;  ///< age of the newest frame
  std::int64_t bitrate_bps = 0;
};

struct PublisherStatus {
  bool connected = false;
  std::int64_t age_ms = 0;
  std::optional<TrackStatus> video;
  std::optional<TrackStatus> audio;
};

struct LayerStatus {
  std::string name;  ///< `high`, `mid` or `low`
  std::int64_t bitrate_bps = 0;
  std::optional<std::int64_t> width;
  std::optional<std::int64_t> height;
  bool paused = false;
};

/// Connected viewers by how well their media arrives.
struct QualityCounts {
  std::int64_t excellent = 0;
  std::int64_t good = 0;
  std::int64_t poor = 0;
  std::int64_t lost = 0;
};

struct RelayRoom {
  std::string room;
  std::int64_t viewers = 0;
  std::optional<PublisherStatus> publisher;
  bool paused = false;  ///< the relay has asked the publisher to pause, because nobody watches
  std::vector<LayerStatus> layers = {};
  QualityCounts quality = {};
};

struct RelayStatus {
  std::int64_t now_ms = 0;
  std::int64_t started_ms = 0;
  std::int64_t sessions = 0;  ///< WHIP and WHEP sessions in the whole relay
  std::vector<RelayRoom> rooms;
};

std::string to_json(const RelayStatus& status);
Result<RelayStatus> parse_relay_status(std::string_view text);

}  // namespace classcast::protocol
