// SPDX-License-Identifier: MIT
#include "protocol/relay_status.hpp"

#include "protocol/json.hpp"

namespace classcast::protocol {

namespace {

TrackStatus read_track(JsonReader reader) {
  return {reader.text("codec"),        reader.integer("packets"),          reader.integer("frames"),
          reader.integer("keyframes"), reader.optional_integer("last_ms"), reader.integer("bitrate_bps")};
}

PublisherStatus read_publisher(JsonReader reader) {
  PublisherStatus publisher{reader.boolean("connected"), reader.integer("age_ms"), {}, {}};
  if (auto video = reader.optional_object("video")) publisher.video = read_track(*video);
  if (auto audio = reader.optional_object("audio")) publisher.audio = read_track(*audio);
  return publisher;
}

LayerStatus read_layer_status(JsonReader reader) {
  return {reader.text("name"), reader.integer("bitrate_bps"), reader.optional_integer("width"),
          reader.optional_integer("height"), reader.optional_boolean("paused").value_or(false)};
}

QualityCounts read_quality(JsonReader reader) {
  return {reader.integer("excellent"), reader.integer("good"), reader.integer("poor"),
          reader.integer("lost")};
}

RelayRoom read_room(JsonReader reader) {
  RelayRoom room;
  room.room = reader.text("room");
  room.viewers = reader.integer("viewers");
  if (auto publisher = reader.optional_object("publisher")) room.publisher = read_publisher(*publisher);
  room.paused = reader.optional_boolean("paused").value_or(false);
  for (auto& layer : reader.optional_objects("layers")) room.layers.push_back(read_layer_status(layer));
  if (auto quality = reader.optional_object("quality")) room.quality = read_quality(*quality);
  return room;
}

void write_track(JsonWriter& writer, const char* key, const std::optional<TrackStatus>& track) {
  if (!track) return;
  writer.object(key, [&](JsonWriter& w) {
    w.text("codec", track->codec).integer("packets", track->packets).integer("frames", track->frames);
    w.integer("keyframes", track->keyframes).integer("last_ms", track->last_ms);
    w.integer("bitrate_bps", track->bitrate_bps);
  });
}

void write_layer_status(JsonWriter& writer, const LayerStatus& layer) {
  writer.text("name", layer.name).integer("bitrate_bps", layer.bitrate_bps);
  writer.integer("width", layer.width).integer("height", layer.height).boolean("paused", layer.paused);
}

void write_relay_room(JsonWriter& writer, const RelayRoom& room) {
  writer.text("room", room.room).integer("viewers", room.viewers).boolean("paused", room.paused);
  writer.objects("layers", room.layers, write_layer_status);
  writer.object("quality", [&](JsonWriter& w) {
    w.integer("excellent", room.quality.excellent).integer("good", room.quality.good);
    w.integer("poor", room.quality.poor).integer("lost", room.quality.lost);
  });
  if (!room.publisher) return;
  writer.object("publisher", [&](JsonWriter& w) {
    w.boolean("connected", room.publisher->connected).integer("age_ms", room.publisher->age_ms);
    write_track(w, "video", room.publisher->video);
    write_track(w, "audio", room.publisher->audio);
  });
}

}  // namespace

std::string to_json(const RelayStatus& status) {
  JsonWriter writer;
  writer.text("type", "status").integer("now_ms", status.now_ms).integer("started_ms", status.started_ms);
  writer.integer("sessions", status.sessions).objects("rooms", status.rooms, write_relay_room);
  return writer.finish();
}

Result<RelayStatus> parse_relay_status(std::string_view text) {
  auto reader = JsonReader::parse(text);
  if (!reader) return fail(reader);
  RelayStatus status{
      reader->integer("now_ms"), reader->integer("started_ms"), reader->integer("sessions"), {}};
  for (auto& room : reader->objects("rooms")) status.rooms.push_back(read_room(room));
  if (auto read = reader->finish(); !read) return fail(read);
  return status;
}

}  // namespace classcast::protocol
