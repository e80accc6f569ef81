// SPDX-License-Identifier: MIT
#include "protocol/room.hpp"

#include "protocol/json.hpp"

#include <array>

namespace classcast::protocol {

namespace {

constexpr std::array<std::string_view, 6> kRoomStates = {"live",     "standby", "stale",
                                                         "no_audio", "privacy", "offline"};
constexpr std::array<std::string_view, 7> kCauses = {"none",    "camera", "microphone", "pc",
                                                     "network", "relay",  "starting"};

template <typename Enum, std::size_t Size>
std::optional<Enum> find(const std::array<std::string_view, Size>& names, std::string_view text) {
  for (std::size_t i = 0; i < Size; ++i) {
    if (names[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

/// What people set, unlike what is measured.
void write_record(JsonWriter& writer, const Room& room) {
  writer.text("kind", room.kind).boolean("archived", room.archived).integer("still_ms", room.still_ms);
  if (!room.description.empty()) writer.text("description", room.description);
  if (room.owner_id) {
    writer.object("owner",
                  [&room](JsonWriter& w) { w.integer("id", room.owner_id).text("name", room.owner_name); });
  }
  writer.integer("rewind_minutes", room.rewind_minutes).integer("keep_days", room.keep_days);
  if (!room.rights.empty()) writer.texts("rights", room.rights);
}

void write_room_recording(JsonWriter& writer, const Room& room) {
  if (room.recording) {
    writer.object("recording", [&recording = *room.recording](JsonWriter& w) {
      w.text("id", recording.id).integer("started_ms", recording.started_ms);
      w.integer("until_ms", recording.until_ms).text("state", recording.state);
      if (!recording.detail.empty()) w.text("detail", recording.detail);
    });
  }
  writer.integer("rewind_from_ms", room.rewind_from_ms);
}

void write_room(JsonWriter& writer, const Room& room) {
  writer.text("id", room.id).text("name", room.name).text("state", to_text(room.state));
  writer.text("cause", to_text(room.cause)).text("detail", room.detail).integer("since_ms", room.since_ms);
  writer.integer("viewers", room.viewers).number("level_dbfs", room.level_dbfs);
  writer.integer("last_frame_ms", room.last_frame_ms);
  if (room.video) {
    writer.object("video", [&video = *room.video](JsonWriter& w) {
      w.text("codec", video.codec).integer("width", video.width).integer("height", video.height);
      w.integer("bitrate_bps", video.bitrate_bps);
    });
  }
  write_room_recording(writer, room);
  write_record(writer, room);
}

JsonWriter event(std::string_view type, std::int64_t now_ms) {
  JsonWriter writer;
  writer.text("type", type).integer("now_ms", now_ms);
  return writer;
}

}  // namespace

std::string_view to_text(RoomState state) {
  return kRoomStates[static_cast<std::size_t>(state)];
}

std::string_view to_text(Cause cause) {
  return kCauses[static_cast<std::size_t>(cause)];
}

std::optional<RoomState> room_state(std::string_view text) {
  return find<RoomState>(kRoomStates, text);
}

std::optional<Cause> cause(std::string_view text) {
  return find<Cause>(kCauses, text);
}

std::string to_json(const Room& room) {
  JsonWriter writer;
  write_room(writer, room);
  return writer.finish();
}

std::string rooms_json(std::span<const Room> rooms, std::string_view next) {
  JsonWriter writer;
  writer.objects("rooms", rooms, write_room);
  if (!next.empty()) writer.text("next", next);
  return writer.finish();
}

std::string rooms_event(std::int64_t now_ms, std::span<const Room> rooms) {
  return event("rooms", now_ms).objects("rooms", rooms, write_room).finish();
}

std::string room_event(std::int64_t now_ms, const Room& room) {
  return event("room", now_ms).object("room", [&](JsonWriter& w) { write_room(w, room); }).finish();
}

std::string removed_event(std::int64_t now_ms, std::string_view id) {
  return event("removed", now_ms).text("id", id).finish();
}

std::string tick_event(std::int64_t now_ms) {
  return event("tick", now_ms).finish();
}

}  // namespace classcast::protocol
