// SPDX-License-Identifier: MIT
#include "protocol/agent.hpp"

#include "base/strings.hpp"
#include "protocol/json.hpp"

#include <array>

namespace classcast::protocol {

namespace {

constexpr std::array<std::string_view, 7> kStates = {"off",     "connecting", "live",  "stalled",
                                                     "backoff", "degraded",   "paused"};

SourceState read_state(JsonReader& reader, const char* key = "state") {
  auto state = source_state(reader.text(key));
  if (!state) reader.refuse(key, "is none of off, connecting, live, stalled, backoff, degraded, paused");
  return state.value_or(SourceState::off);
}

void write_state(JsonWriter& writer, SourceState state, std::string_view cause) {
  writer.text("state", to_text(state)).text("cause", cause);
}

LayerReport read_layer(JsonReader reader) {
  LayerReport report;
  report.state = read_state(reader);
  report.cause = reader.text("cause");
  report.uplink = read_state(reader, "uplink");
  report.frames = reader.integer("frames");
  report.bitrate_bps = reader.integer("bitrate_bps");
  report.width = reader.optional_integer("width");
  report.height = reader.optional_integer("height");
  return report;
}

void write_layer(JsonWriter& writer, const LayerReport& layer) {
  write_state(writer, layer.state, layer.cause);
  writer.text("uplink", to_text(layer.uplink)).integer("frames", layer.frames);
  writer.integer("bitrate_bps", layer.bitrate_bps);
  writer.integer("width", layer.width).integer("height", layer.height);
}

CameraReport read_camera(JsonReader reader) {
  CameraReport report;
  report.state = read_state(reader);
  report.cause = reader.text("cause");
  report.frames = reader.integer("frames");
  report.keyframes = reader.integer("keyframes");
  report.last_ms = reader.optional_integer("last_ms");
  report.bitrate_bps = reader.integer("bitrate_bps");
  report.codec = reader.text("codec");
  report.width = reader.optional_integer("width");
  report.height = reader.optional_integer("height");
  report.keyframe_ms = reader.optional_integer("keyframe_ms");
  if (auto low = reader.optional_object("low")) report.low = read_layer(*low);
  return report;
}

MicrophoneReport read_microphone(JsonReader reader) {
  MicrophoneReport report;
  report.state = read_state(reader);
  report.cause = reader.text("cause");
  report.frames = reader.integer("frames");
  report.last_ms = reader.optional_integer("last_ms");
  report.level_dbfs = reader.optional_number("level_dbfs");
  report.peak_dbfs = reader.optional_number("peak_dbfs");
  report.device = reader.text("device");
  return report;
}

UplinkReport read_uplink(JsonReader reader) {
  UplinkReport report;
  report.state = read_state(reader);
  report.cause = reader.text("cause");
  report.packets = reader.integer("packets");
  report.bytes = reader.integer("bytes");
  report.bitrate_bps = reader.integer("bitrate_bps");
  report.loss_percent = reader.optional_number("loss_percent");
  report.rtt_ms = reader.optional_integer("rtt_ms");
  return report;
}

HostReport read_host(JsonReader reader) {
  return {reader.optional_number("cpu_percent"), reader.optional_integer("memory_mb"),
          reader.optional_integer("temperature_c"), reader.optional_integer("disk_free_mb"),
          reader.optional_integer("clock_offset_ms")};
}

void write_host(JsonWriter& writer, const HostReport& host) {
  writer.number("cpu_percent", host.cpu_percent).integer("memory_mb", host.memory_mb);
  writer.integer("temperature_c", host.temperature_c).integer("disk_free_mb", host.disk_free_mb);
  writer.integer("clock_offset_ms", host.clock_offset_ms);
}

Heartbeat read_heartbeat(JsonReader& reader) {
  Heartbeat message{reader.integer("seq"),
                    reader.integer("uptime_ms"),
                    read_camera(reader.object("camera")),
                    read_microphone(reader.object("microphone")),
                    read_uplink(reader.object("uplink")),
                    std::nullopt};
  if (auto host = reader.optional_object("host")) message.host = read_host(*host);
  return message;
}

CommandResult read_command_result(JsonReader& reader) {
  CommandResult result{reader.text("id"), reader.boolean("ok"), reader.text("text"), {}};
  if (auto data = reader.optional_object("data")) result.data = data->json();
  return result;
}

PublishGrant read_grant(JsonReader reader) {
  return {reader.text("url"), Secret(reader.text("token")), reader.integer("expires")};
}

void write_grant(JsonWriter& writer, const PublishGrant& grant) {
  writer.object("publish", [&](JsonWriter& w) {
    w.text("url", grant.url).text("token", grant.token.reveal()).integer("expires", grant.expires);
  });
}

Welcome read_welcome(JsonReader& reader) {
  return {reader.text("room"), reader.text("name"), reader.integer("heartbeat_ms"),
          read_grant(reader.object("publish")), reader.optional_integer("still_every_ms")};
}

/// The message if nothing was missing in it.
template <typename Message, typename Parsed>
Result<Message> finished(const JsonReader& reader, Parsed parsed) {
  if (auto read = reader.finish(); !read) return fail(read);
  return Message(std::move(parsed));
}

}  // namespace

std::string_view to_text(SourceState state) {
  return kStates[static_cast<std::size_t>(state)];
}

std::optional<SourceState> source_state(std::string_view text) {
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    if (kStates[i] == text) return static_cast<SourceState>(i);
  }
  return std::nullopt;
}

std::string to_json(const Hello& message) {
  return JsonWriter()
      .text("type", "hello")
      .integer("protocol", message.protocol)
      .text("software", message.software)
      .text("host", message.host)
      .finish();
}

std::string to_json(const Heartbeat& message) {
  JsonWriter writer;
  writer.text("type", "heartbeat").integer("seq", message.seq).integer("uptime_ms", message.uptime_ms);
  writer.object("camera", [&c = message.camera](JsonWriter& w) {
    write_state(w, c.state, c.cause);
    w.integer("frames", c.frames).integer("keyframes", c.keyframes).integer("last_ms", c.last_ms);
    w.integer("bitrate_bps", c.bitrate_bps).text("codec", c.codec);
    w.integer("width", c.width).integer("height", c.height).integer("keyframe_ms", c.keyframe_ms);
    if (c.low.state != SourceState::off) w.object("low", [&c](JsonWriter& low) { write_layer(low, c.low); });
  });
  writer.object("microphone", [&m = message.microphone](JsonWriter& w) {
    write_state(w, m.state, m.cause);
    w.integer("frames", m.frames).integer("last_ms", m.last_ms).number("level_dbfs", m.level_dbfs);
    w.number("peak_dbfs", m.peak_dbfs).text("device", m.device);
  });
  writer.object("uplink", [&u = message.uplink](JsonWriter& w) {
    write_state(w, u.state, u.cause);
    w.integer("packets", u.packets).integer("bytes", u.bytes).integer("bitrate_bps", u.bitrate_bps);
    w.number("loss_percent", u.loss_percent).integer("rtt_ms", u.rtt_ms);
  });
  if (message.host) writer.object("host", [&h = *message.host](JsonWriter& w) { write_host(w, h); });
  return writer.finish();
}

std::string to_json(const Welcome& message) {
  JsonWriter writer;
  writer.text("type", "welcome").text("room", message.room).text("name", message.name);
  writer.integer("heartbeat_ms", message.heartbeat_ms).integer("still_every_ms", message.still_every_ms);
  write_grant(writer, message.publish);
  return writer.finish();
}

std::string to_json(const Grant& message) {
  JsonWriter writer;
  writer.text("type", "grant");
  write_grant(writer, message.publish);
  return writer.finish();
}

std::string to_json(const Command& message) {
  return JsonWriter()
      .text("type", "command")
      .text("id", message.id)
      .text("command", message.command)
      .finish();
}

std::string to_json(const CommandResult& message) {
  JsonWriter writer;
  writer.text("type", "result").text("id", message.id).boolean("ok", message.ok).text("text", message.text);
  if (!message.data.empty()) writer.json("data", message.data);
  return writer.finish();
}

Result<ClassroomMessage> parse_classroom_message(std::string_view text) {
  auto reader = JsonReader::parse(text);
  if (!reader) return fail(reader);
  auto type = reader->text("type");
  if (type == "hello") {
    Hello hello{reader->integer("protocol"), reader->text("software"), reader->text("host")};
    return finished<ClassroomMessage>(*reader, std::move(hello));
  }
  if (type == "heartbeat") {
    auto heartbeat = read_heartbeat(*reader);
    return finished<ClassroomMessage>(*reader, std::move(heartbeat));
  }
  if (type == "result") {
    auto result = read_command_result(*reader);
    return finished<ClassroomMessage>(*reader, std::move(result));
  }
  return fail(Errc::invalid, "a message of type \"{}\" is not known", printable(type));
}

Result<AgentCommand> parse_agent_command(std::string_view text) {
  auto reader = JsonReader::parse(text);
  if (!reader) return fail(reader);
  auto type = reader->text("type");
  if (type == "welcome") {
    auto welcome = read_welcome(*reader);
    return finished<AgentCommand>(*reader, std::move(welcome));
  }
  if (type == "grant") {
    Grant grant{read_grant(reader->object("publish"))};
    return finished<AgentCommand>(*reader, std::move(grant));
  }
  if (type == "command") {
    Command command{reader->text("id"), reader->text("command")};
    return finished<AgentCommand>(*reader, std::move(command));
  }
  return fail(Errc::not_found, "a command of type \"{}\" is not known", printable(type));
}

}  // namespace classcast::protocol
