// SPDX-License-Identifier: MIT
// The control channel between a classroom PC and the server (docs/ref/protocol.md §5).
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace classcast::protocol {

inline constexpr const char* kAgentSubprotocol = "classcast.agent.v1";
inline constexpr std::size_t kMaxAgentMessageBytes = 64 * 1024;
inline constexpr std::int64_t kAgentProtocol = 1;
inline constexpr unsigned short kCloseMalformed = 4400;
inline constexpr unsigned short kCloseUnauthenticated = 4401;
inline constexpr unsigned short kCloseReplaced = 4409;

/// What a camera, a microphone or an uplink is doing. `degraded`: it works, but not as it should; `paused`:
/// an uplink that sends nothing because nobody watches.
enum class SourceState { off, connecting, live, stalled, backoff, degraded, paused };
std::string_view to_text(SourceState state);
std::optional<SourceState> source_state(std::string_view text);

struct Hello {
  std::int64_t protocol = kAgentProtocol;
  std::string software;
  std::string host;
};

/// The layer `low` of the picture, with a camera connection and an uplink of its own.
struct LayerReport {
  SourceState state = SourceState::off;
  std::string cause;
  SourceState uplink = SourceState::off;
  std::int64_t frames = 0;
  std::int64_t bitrate_bps = 0;
  std::optional<std::int64_t> width;
  std::optional<std::int64_t> height;
};

struct CameraReport {
  SourceState state = SourceState::off;
  std::string cause;  ///< one sentence for a technician; empty when all is well
  std::int64_t frames = 0;
  std::int64_t keyframes = 0;
  std::optional<std::int64_t> last_ms;
  std::int64_t bitrate_bps = 0;
  std::string codec;
  std::optional<std::int64_t> width;
  std::optional<std::int64_t> height;
  std::optional<std::int64_t> keyframe_ms = std::nullopt;  ///< between the newest two keyframes
  LayerReport low = {};  ///< the camera's sub stream; off: none is configured
};

struct MicrophoneReport {
  SourceState state = SourceState::off;
  std::string cause;
  std::int64_t frames = 0;  ///< Opus packets
  std::optional<std::int64_t> last_ms;
  std::optional<double> level_dbfs;
  std::string device;
  std::optional<double> peak_dbfs = std::nullopt;
};

struct UplinkReport {
  SourceState state = SourceState::off;
  std::string cause;
  std::int64_t packets = 0;
  std::int64_t bytes = 0;
  std::int64_t bitrate_bps = 0;
  std::optional<double> loss_percent = std::nullopt;
  std::optional<std::int64_t> rtt_ms = std::nullopt;
};

/// The classroom PC itself; a figure that it cannot tell is absent.
struct HostReport {
  std::optional<double> cpu_percent;            ///< busy share of all processors
  std::optional<std::int64_t> memory_mb;        ///< available
  std::optional<std::int64_t> temperature_c;    ///< of the hottest sensor
  std::optional<std::int64_t> disk_free_mb;     ///< where the program keeps its state
  std::optional<std::int64_t> clock_offset_ms;  ///< the server's clock minus ours
};

struct Heartbeat {
  std::int64_t seq = 0;
  std::int64_t uptime_ms = 0;
  CameraReport camera;
  MicrophoneReport microphone;
  UplinkReport uplink;
  std::optional<HostReport> host = std::nullopt;
};

/// Where and with which right to publish.
struct PublishGrant {
  std::string url;
  Secret token;
  std::int64_t expires = 0;  ///< Unix seconds
};

struct Welcome {
  std::string room;
  std::string name;
  std::int64_t heartbeat_ms = 2000;
  PublishGrant publish;
  std::optional<std::int64_t> still_every_ms = std::nullopt;  ///< absent: the server takes no stills
};

struct Grant {
  PublishGrant publish;
};

/// `restart`, `doctor` or `log`; answered by one CommandResult with the same id.
struct Command {
  std::string id;
  std::string command;
};

struct CommandResult {
  std::string id;
  bool ok = false;
  std::string text;  ///< for a technician
  std::string data;  ///< a JSON object, or empty
};

using ClassroomMessage = std::variant<Hello, Heartbeat, CommandResult>;
using AgentCommand = std::variant<Welcome, Grant, Command>;

/// A binary frame from the classroom: its newest still.
inline constexpr std::size_t kMaxStillBytes = 48 * 1024;
inline constexpr std::int64_t kStillPauseMs = 10'000;

std::string to_json(const Hello& message);
std::string to_json(const Heartbeat& message);
std::string to_json(const Welcome& message);
std::string to_json(const Grant& message);
std::string to_json(const Command& message);
std::string to_json(const CommandResult& message);

/// Read by the server. Errc::invalid for anything else.
Result<ClassroomMessage> parse_classroom_message(std::string_view text);
/// Read by the classroom PC. Errc::not_found for a type it does not know, which it ignores.
Result<AgentCommand> parse_agent_command(std::string_view text);

}  // namespace classcast::protocol
