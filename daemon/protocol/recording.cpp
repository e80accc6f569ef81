// SPDX-License-Identifier: MIT
#include "protocol/recording.hpp"

#include "protocol/json.hpp"

#include <algorithm>
#include <array>

namespace classcast::protocol {

namespace {

constexpr std::array<std::string_view, 5> kRecordingStates = {"recording", "finishing", "ready", "failed",
                                                              "deleted"};

void write_optional_text(JsonWriter& writer, const char* key, std::string_view text) {
  if (!text.empty()) writer.text(key, text);
}

JsonWriter begin_event(std::string_view type, std::int64_t now_ms) {
  JsonWriter writer;
  writer.text("type", type).integer("now_ms", now_ms);
  return writer;
}

}  // namespace

std::string_view to_text(RecordingState state) {
  return kRecordingStates[static_cast<std::size_t>(state)];
}

std::optional<RecordingState> recording_state(std::string_view text) {
  const auto* found = std::find(kRecordingStates.begin(), kRecordingStates.end(), text);
  if (found == kRecordingStates.end()) return std::nullopt;
  return static_cast<RecordingState>(found - kRecordingStates.begin());
}

void write_gaps(JsonWriter& writer, std::span<const RecordingGap> gaps) {
  writer.objects("gaps", gaps.first(std::min(gaps.size(), kMaxGaps)),
                 [](JsonWriter& item, const RecordingGap& gap) {
                   item.integer("start_ms", gap.start_ms).integer("end_ms", gap.end_ms);
                   item.text("cause", gap.cause);
                 });
}

std::vector<RecordingGap> read_gaps(JsonReader& reader) {
  std::vector<RecordingGap> gaps;
  for (auto& gap : reader.optional_objects("gaps")) {
    if (gaps.size() >= kMaxGaps) break;
    gaps.push_back({gap.integer("start_ms"), gap.integer("end_ms"), gap.text("cause")});
  }
  return gaps;
}

void write_recording(JsonWriter& writer, const Recording& recording) {
  writer.text("id", recording.id).text("room", recording.room).text("room_name", recording.room_name);
  writer.text("title", recording.title).text("state", to_text(recording.state));
  writer.integer("started_ms", recording.started_ms).integer("ended_ms", recording.ended_ms);
  writer.integer("until_ms", recording.until_ms).integer("duration_ms", recording.duration_ms);
  writer.integer("size", recording.size).integer("frames", recording.frames);
  writer.integer("width", recording.width).integer("height", recording.height);
  write_optional_text(writer, "sha256", recording.sha256);
  writer.integer("progress", recording.progress);
  write_optional_text(writer, "detail", recording.detail);
  writer.boolean("protected", recording.is_protected).boolean("thumbnail", recording.thumbnail);
  writer.object("by", [&recording](JsonWriter& by) {
    by.integer("id", recording.by_id).text("name", recording.by_name);
  });
  write_gaps(writer, recording.gaps);
  writer.integer("deleted_ms", recording.deleted_ms).integer("purge_ms", recording.purge_ms);
  writer.integer("expires_ms", recording.expires_ms);
  if (!recording.rights.empty()) writer.texts("rights", recording.rights);
}

std::string to_json(const Recording& recording) {
  JsonWriter writer;
  write_recording(writer, recording);
  return writer.finish();
}

std::string recording_event(std::int64_t now_ms, const Recording& recording) {
  auto writer = begin_event("recording", now_ms);
  writer.object("recording", [&](JsonWriter& item) { write_recording(item, recording); });
  return writer.finish();
}

std::string recording_removed_event(std::int64_t now_ms, std::string_view room, std::string_view id) {
  return begin_event("recording_removed", now_ms).text("room", room).text("id", id).finish();
}

void write_storage(JsonWriter& writer, const StorageStatus& storage) {
  writer.text("name", storage.name).boolean("connected", storage.connected).text("path", storage.path);
  writer.integer("free", storage.free).integer("total", storage.total);
  writer.text("state", storage.state).text("detail", storage.detail);
}

std::string storage_event(std::int64_t now_ms, std::span<const StorageStatus> recorders) {
  return begin_event("storage", now_ms).objects("recorders", recorders, write_storage).finish();
}

}  // namespace classcast::protocol
