// SPDX-License-Identifier: MIT
// The control channel between a recorder and the server (docs/ref/protocol.md §5a).
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "protocol/recording.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace classcast::protocol {

inline constexpr const char* kRecorderSubprotocol = "classcast.recorder.v1";
inline constexpr std::int64_t kRecorderProtocol = 1;
inline constexpr std::size_t kMaxRecorderMessageBytes = 1 << 20;
inline constexpr std::int64_t kRecorderReportMs = 2000;

struct RecorderHello {
  std::int64_t protocol = kRecorderProtocol;
  std::string software;
  std::string host;
  std::string url;  ///< where the server fetches files: http://127.0.0.1:8446
};

enum class CaptureState { waiting, recording, failed };
std::string_view to_text(CaptureState state);
std::optional<CaptureState> capture_state(std::string_view text);

/// A room that is captured.
struct RoomReport {
  std::string room;
  CaptureState state = CaptureState::waiting;
  std::string cause;                    ///< one sentence, empty when all is well
  std::optional<std::int64_t> from_ms;  ///< the oldest that can be played
  std::optional<std::int64_t> end_ms;
};

/// What became of a finished recording.
struct RecordingResult {
  std::string path;  ///< below the storage's path
  std::int64_t started_ms = 0;
  std::int64_t duration_ms = 0;
  std::int64_t size = 0;
  std::int64_t frames = 0;
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::string sha256;
  bool thumbnail = false;
  std::vector<RecordingGap> gaps;
};

struct RecordingReport {
  std::string id;
  RecordingState state = RecordingState::recording;
  std::string detail;
  std::int64_t progress = 0;
  /// When the recorder closed the range by itself: its time was over, or (`cut`) the disk was full.
  std::optional<std::int64_t> stop_ms;
  bool cut = false;
  std::optional<RecordingResult> result;  ///< with `ready`
};

struct RecorderReport {
  std::int64_t seq = 0;
  StorageStatus storage;
  std::vector<RoomReport> rooms;
  std::vector<RecordingReport> recordings;
  std::vector<std::string> removed;  ///< files that are gone, by the recording's id
};

struct RecorderWelcome {
  std::string name;
  std::int64_t report_ms = kRecorderReportMs;
};

/// A room to be captured: for a recording, or because it can be rewound.
struct RoomJob {
  std::string room;
  std::string url;  ///< of its WHEP endpoint; without a host: at the server
  Secret token;
  std::int64_t rewind_ms = 0;
};

struct RecordingJob {
  std::string id;
  std::string room;
  std::int64_t from_ms = 0;
  std::int64_t until_ms = 0;
  std::optional<std::int64_t> stop_ms;  ///< it was stopped
};

struct RemoveJob {
  std::string id;
  std::string path;
};

/// The whole truth: what is not in it is not to be done.
struct RecorderJobs {
  std::int64_t min_free = 0;
  std::vector<RoomJob> rooms;
  std::vector<RecordingJob> recordings;
  std::vector<RemoveJob> remove;
};

using RecorderMessage = std::variant<RecorderHello, RecorderReport>;
using RecorderCommand = std::variant<RecorderWelcome, RecorderJobs>;

std::string to_json(const RecorderHello& message);
std::string to_json(const RecorderReport& message);
std::string to_json(const RecorderWelcome& message);
std::string to_json(const RecorderJobs& message);
/// A recording's job as the recorder keeps it on its disk.
void write_result(JsonWriter& writer, const RecordingResult& result);
RecordingResult read_result(JsonReader& reader);

/// Read by the server. Errc::invalid for anything else.
Result<RecorderMessage> parse_recorder_message(std::string_view text);
/// Read by the recorder. Errc::not_found for a type it does not know, which it ignores.
Result<RecorderCommand> parse_recorder_command(std::string_view text);

}  // namespace classcast::protocol
