// SPDX-License-Identifier: MIT
// Queries about recordings.
#pragma once

#include "base/id.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace classcast::store {

struct Recording {
  std::string id;
  RoomId room;
  std::string title = {};
  /// recording, finishing, ready or failed; the bin is `deleted_ms`.
  std::string state = "recording";
  std::optional<std::int64_t> by_id = {};
  std::string by_name = {};
  std::string client_id = {};
  std::optional<std::int64_t> recorder_id = {};
  std::int64_t from_ms = 0;
  std::int64_t until_ms = 0;
  std::optional<std::int64_t> stop_ms = {};
  std::string path = {};
  std::optional<std::int64_t> started_ms = {};
  std::optional<std::int64_t> duration_ms = {};
  std::optional<std::int64_t> size = {};
  std::optional<std::int64_t> frames = {};
  std::optional<std::int64_t> width = {};
  std::optional<std::int64_t> height = {};
  std::string sha256 = {};
  bool thumbnail = false;
  std::string gaps = {};
  std::string detail = {};
  bool is_protected = false;
  bool resume = false;
  std::optional<std::int64_t> deleted_ms = {};
  std::optional<std::int64_t> purged_ms = {};

  [[nodiscard]] bool open() const { return state == "recording" || state == "finishing"; }
};

struct RecordingFilter {
  /// nullopt: every room.
  std::optional<std::vector<std::string>> rooms = {};
  std::int64_t from_ms = 0;
  std::int64_t to_ms = INT64_MAX;
  std::optional<std::int64_t> by_id = {};
  /// Part of the title or of the room's name.
  std::string text = {};
  /// recording, finishing, ready, failed or deleted; empty: all but the bin.
  std::string state = {};
  /// The page after this recording: older, or as old with a smaller id.
  std::int64_t before_ms = INT64_MAX;
  std::string before_id = {};
  std::int64_t limit = 50;
};

/// Errc::not_found when the room is gone.
Result<void> add_recording(Database& database, const Recording& recording);
/// All of the row but id, room, who and when it began.
Result<void> update_recording(Database& database, const Recording& recording);
Result<void> remove_recording(Database& database, const std::string& id);
Result<std::optional<Recording>> find_recording(Database& database, const std::string& id);
/// Made by this person with this client_id before.
Result<std::optional<Recording>> find_recording_of(Database& database, std::int64_t by_id,
                                                   const std::string& client_id);
/// Newest first; purged ones never.
Result<std::vector<Recording>> list_recordings(Database& database, const RecordingFilter& filter);
/// What somebody has to do something about: open, to be resumed, or to be removed from the disk.
Result<std::vector<Recording>> list_recordings_at_work(Database& database);
/// Every finished one, for retention and checks; oldest first.
Result<std::vector<Recording>> list_finished_recordings(Database& database);

}  // namespace classcast::store
