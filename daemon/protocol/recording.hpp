// SPDX-License-Identifier: MIT
// A recording as browsers see it, and the events that tell of it (docs/ref/protocol.md §6 and §7.1).
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace classcast::protocol {

class JsonReader;
class JsonWriter;

/// recording: the range is still open; finishing: it becomes a file; deleted: in the bin.
enum class RecordingState { recording, finishing, ready, failed, deleted };
std::string_view to_text(RecordingState state);
std::optional<RecordingState> recording_state(std::string_view text);

struct RecordingGap {
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
  std::string cause;
  bool operator==(const RecordingGap&) const = default;
};

/// More gaps than this are not told.
inline constexpr std::size_t kMaxGaps = 200;

struct Recording {
  std::string id;
  std::string room;
  std::string room_name;
  std::string title;
  RecordingState state = RecordingState::recording;
  std::optional<std::int64_t> started_ms;
  std::optional<std::int64_t> ended_ms;
  std::optional<std::int64_t> until_ms;  ///< when it stops by itself
  std::optional<std::int64_t> duration_ms;
  std::optional<std::int64_t> size;
  std::optional<std::int64_t> frames;
  std::optional<std::int64_t> width;
  std::optional<std::int64_t> height;
  std::string sha256;
  std::optional<std::int64_t> progress;  ///< parts of a hundred, while it is finished
  std::string detail;                    ///< one sentence for people, empty when all is well
  bool is_protected = false;
  bool thumbnail = false;
  std::optional<std::int64_t> by_id;  ///< absent once the account is deleted
  std::string by_name;
  std::vector<RecordingGap> gaps;
  std::optional<std::int64_t> deleted_ms;
  std::optional<std::int64_t> purge_ms;    ///< when the bin forgets it
  std::optional<std::int64_t> expires_ms;  ///< when it goes to the bin by itself
  std::vector<std::string> rights;         ///< of the reader; not in events
};

void write_recording(JsonWriter& writer, const Recording& recording);
std::string to_json(const Recording& recording);
std::string recording_event(std::int64_t now_ms, const Recording& recording);
/// It is gone for good.
std::string recording_removed_event(std::int64_t now_ms, std::string_view room, std::string_view id);

void write_gaps(JsonWriter& writer, std::span<const RecordingGap> gaps);
/// The gaps of an object that has `gaps`; at most kMaxGaps.
std::vector<RecordingGap> read_gaps(JsonReader& reader);

/// What a recorder's disk is like.
struct StorageStatus {
  std::string name;  ///< of the recorder
  bool connected = false;
  std::string path;
  std::int64_t free = 0;
  std::int64_t total = 0;
  std::string state = "ok";  ///< ok, low, full or lost
  std::string detail;
};
void write_storage(JsonWriter& writer, const StorageStatus& storage);
std::string storage_event(std::int64_t now_ms, std::span<const StorageStatus> recorders);

}  // namespace classcast::protocol
