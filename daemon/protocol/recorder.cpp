// SPDX-License-Identifier: MIT
#include "protocol/recorder.hpp"

#include "protocol/json.hpp"

#include <algorithm>
#include <array>

namespace classcast::protocol {

namespace {

constexpr std::array<std::string_view, 3> kCaptureStates = {"waiting", "recording", "failed"};

StorageStatus read_storage(JsonReader json) {
  StorageStatus storage;
  storage.path = json.text("path");
  storage.free = json.integer("free");
  storage.total = json.integer("total");
  storage.state = json.text("state");
  storage.detail = json.text("detail");
  constexpr std::array<std::string_view, 4> kStorageStates = {"ok", "low", "full", "lost"};
  if (std::find(kStorageStates.begin(), kStorageStates.end(), storage.state) == kStorageStates.end())
    json.refuse("state", "is unknown");
  return storage;
}

RoomReport read_room_report(JsonReader& json) {
  RoomReport room;
  room.room = json.text("room");
  const auto state = capture_state(json.text("state"));
  if (!state) json.refuse("state", "is unknown");
  room.state = state.value_or(CaptureState::failed);
  room.cause = json.text("cause");
  room.from_ms = json.optional_integer("from_ms");
  room.end_ms = json.optional_integer("end_ms");
  return room;
}

RecordingReport read_recording(JsonReader& json) {
  RecordingReport recording;
  recording.id = json.text("id");
  const auto state = recording_state(json.text("state"));
  if (!state || *state == RecordingState::deleted) json.refuse("state", "is unknown");
  recording.state = state.value_or(RecordingState::failed);
  recording.detail = json.text("detail");
  recording.progress = json.integer("progress");
  recording.stop_ms = json.optional_integer("stop_ms");
  recording.cut = json.optional_boolean("cut").value_or(false);
  if (auto result = json.optional_object("result")) recording.result = read_result(*result);
  if (recording.state == RecordingState::ready && !recording.result) json.refuse("result", "is missing");
  return recording;
}

RecorderReport read_recorder_report(JsonReader& json) {
  RecorderReport report;
  report.seq = json.integer("seq");
  report.storage = read_storage(json.object("storage"));
  for (auto& room : json.objects("rooms")) report.rooms.push_back(read_room_report(room));
  for (auto& recording : json.objects("recordings")) report.recordings.push_back(read_recording(recording));
  report.removed = json.optional_texts("removed");
  return report;
}

RecorderJobs read_jobs(JsonReader& json) {
  RecorderJobs jobs;
  jobs.min_free = json.integer("min_free");
  for (auto& room : json.objects("rooms")) {
    jobs.rooms.push_back(
        {room.text("room"), room.text("url"), Secret(room.text("token")), room.integer("rewind_ms")});
  }
  for (auto& recording : json.objects("recordings")) {
    jobs.recordings.push_back({recording.text("id"), recording.text("room"), recording.integer("from_ms"),
                               recording.integer("until_ms"), recording.optional_integer("stop_ms")});
  }
  for (auto& remove : json.objects("remove")) jobs.remove.push_back({remove.text("id"), remove.text("path")});
  return jobs;
}

void write_recording_report(JsonWriter& writer, const RecordingReport& recording) {
  writer.text("id", recording.id).text("state", to_text(recording.state)).text("detail", recording.detail);
  writer.integer("progress", recording.progress).integer("stop_ms", recording.stop_ms);
  if (recording.cut) writer.boolean("cut", true);
  if (recording.result)
    writer.object("result", [&](JsonWriter& item) { write_result(item, *recording.result); });
}

}  // namespace

std::string_view to_text(CaptureState state) {
  return kCaptureStates[static_cast<std::size_t>(state)];
}

std::optional<CaptureState> capture_state(std::string_view text) {
  const auto* found = std::find(kCaptureStates.begin(), kCaptureStates.end(), text);
  if (found == kCaptureStates.end()) return std::nullopt;
  return static_cast<CaptureState>(found - kCaptureStates.begin());
}

void write_result(JsonWriter& writer, const RecordingResult& result) {
  writer.text("path", result.path).integer("started_ms", result.started_ms);
  writer.integer("duration_ms", result.duration_ms).integer("size", result.size);
  writer.integer("frames", result.frames).integer("width", result.width).integer("height", result.height);
  writer.text("sha256", result.sha256).boolean("thumbnail", result.thumbnail);
  write_gaps(writer, result.gaps);
}

RecordingResult read_result(JsonReader& reader) {
  RecordingResult result;
  result.path = reader.text("path");
  result.started_ms = reader.integer("started_ms");
  result.duration_ms = reader.integer("duration_ms");
  result.size = reader.integer("size");
  result.frames = reader.integer("frames");
  result.width = reader.integer("width");
  result.height = reader.integer("height");
  result.sha256 = reader.text("sha256");
  result.thumbnail = reader.boolean("thumbnail");
  result.gaps = read_gaps(reader);
  return result;
}

std::string to_json(const RecorderHello& message) {
  return JsonWriter()
      .text("type", "hello")
      .integer("protocol", message.protocol)
      .text("software", message.software)
      .text("host", message.host)
      .text("url", message.url)
      .finish();
}

std::string to_json(const RecorderReport& message) {
  JsonWriter writer;
  writer.text("type", "report").integer("seq", message.seq);
  writer.object("storage", [&](JsonWriter& item) { write_storage(item, message.storage); });
  writer.objects("rooms", message.rooms, [](JsonWriter& item, const RoomReport& room) {
    item.text("room", room.room).text("state", to_text(room.state)).text("cause", room.cause);
    item.integer("from_ms", room.from_ms).integer("end_ms", room.end_ms);
  });
  writer.objects("recordings", message.recordings, write_recording_report);
  writer.texts("removed", message.removed);
  return writer.finish();
}

std::string to_json(const RecorderWelcome& message) {
  return JsonWriter()
      .text("type", "welcome")
      .text("name", message.name)
      .integer("report_ms", message.report_ms)
      .finish();
}

std::string to_json(const RecorderJobs& message) {
  JsonWriter writer;
  writer.text("type", "jobs").integer("min_free", message.min_free);
  writer.objects("rooms", message.rooms, [](JsonWriter& item, const RoomJob& room) {
    item.text("room", room.room).text("url", room.url).text("token", room.token.reveal());
    item.integer("rewind_ms", room.rewind_ms);
  });
  writer.objects("recordings", message.recordings, [](JsonWriter& item, const RecordingJob& recording) {
    item.text("id", recording.id).text("room", recording.room).integer("from_ms", recording.from_ms);
    item.integer("until_ms", recording.until_ms).integer("stop_ms", recording.stop_ms);
  });
  writer.objects("remove", message.remove, [](JsonWriter& item, const RemoveJob& remove) {
    item.text("id", remove.id).text("path", remove.path);
  });
  return writer.finish();
}

Result<RecorderMessage> parse_recorder_message(std::string_view text) {
  auto json = JsonReader::parse(text);
  if (!json) return fail(json);
  const auto type = json->text("type");
  RecorderMessage message;
  if (type == "hello") {
    message = RecorderHello{json->integer("protocol"), json->text("software"), json->text("host"),
                            json->text("url")};
  } else if (type == "report") {
    message = read_recorder_report(*json);
  } else {
    json->refuse("type", "is unknown");
  }
  if (auto read = json->finish(); !read) return fail(read);
  return message;
}

Result<RecorderCommand> parse_recorder_command(std::string_view text) {
  auto json = JsonReader::parse(text);
  if (!json) return fail(json);
  const auto type = json->text("type");
  RecorderCommand command;
  if (type == "welcome") {
    command = RecorderWelcome{json->text("name"), json->integer("report_ms")};
  } else if (type == "jobs") {
    command = read_jobs(*json);
  } else {
    return fail(Errc::not_found, "the server says something that this recorder does not know");
  }
  if (auto read = json->finish(); !read) return fail(read);
  return command;
}

}  // namespace classcast::protocol
