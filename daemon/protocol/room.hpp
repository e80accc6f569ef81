// SPDX-License-Identifier: MIT
// A room as browsers see it, and the events that tell them (docs/ref/protocol.md §6 and §7).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace classcast::protocol {

enum class RoomState { live, standby, stale, no_audio, privacy, offline };
enum class Cause { none, camera, microphone, pc, network, relay, starting };

std::string_view to_text(RoomState state);
std::string_view to_text(Cause cause);
std::optional<RoomState> room_state(std::string_view text);
std::optional<Cause> cause(std::string_view text);

struct VideoInfo {
  std::string codec;
  std::optional<std::int64_t> width;
  std::optional<std::int64_t> height;
  std::int64_t bitrate_bps = 0;
  bool operator==(const VideoInfo&) const = default;
};

/// The recording that runs in a room.
struct RoomRecording {
  std::string id;
  std::int64_t started_ms = 0;
  std::int64_t until_ms = 0;
  std::string state = "waiting";  ///< recording, waiting or failed
  std::string detail;             ///< one sentence when something is wrong
  bool operator==(const RoomRecording&) const = default;
};

struct Room {
  std::string id;
  std::string name;
  RoomState state = RoomState::offline;
  Cause cause = Cause::starting;
  std::string detail;  ///< one sentence for people, possibly empty
  std::int64_t since_ms = 0;
  std::int64_t viewers = 0;
  std::optional<double> level_dbfs;
  std::optional<std::int64_t> last_frame_ms;
  std::optional<VideoInfo> video;
  std::string kind = "classroom";  ///< or "stage"
  bool archived = false;
  std::string description = {};
  std::optional<std::int64_t> owner_id = {};
  std::string owner_name = {};
  std::optional<std::int64_t> still_ms = {};  ///< of the newest still
  std::optional<RoomRecording> recording = {};
  std::optional<std::int64_t> rewind_from_ms = {};  ///< the oldest that can be played; absent: no rewind
  /// As they were set for this room; absent: as for the school.
  std::optional<std::int64_t> rewind_minutes = {};
  std::optional<std::int64_t> keep_days = {};
  /// What the reader may do here; told only in answers that are made for one reader.
  std::vector<std::string> rights = {};
  bool operator==(const Room&) const = default;
};

std::string to_json(const Room& room);
/// `next` is where the following page begins; empty on the last.
std::string rooms_json(std::span<const Room> rooms, std::string_view next = {});

std::string rooms_event(std::int64_t now_ms, std::span<const Room> rooms);
std::string room_event(std::int64_t now_ms, const Room& room);
std::string removed_event(std::int64_t now_ms, std::string_view id);
std::string tick_event(std::int64_t now_ms);

}  // namespace classcast::protocol
