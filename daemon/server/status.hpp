// SPDX-License-Identifier: MIT
// The status of a room as a pure state machine: evidence in, verdict out (docs/ref/protocol.md §6). No clock,
// no GLib; the rule above all others: never LIVE unless a picture came within the last 3 s.
#pragma once

#include "base/clock.hpp"
#include "protocol/agent.hpp"
#include "protocol/room.hpp"

#include <optional>
#include <string>

namespace classcast::server {

/// A picture older than this is no proof of life.
inline constexpr Duration kFlowing = 3s;
/// Pictures missing for so long: STALE becomes OFFLINE.
inline constexpr Duration kGone = 10s;
/// The relay is asked every second. Less than kFlowing, so that a relay that dies is blamed from the first
/// word on.
inline constexpr Duration kRelaySilent = 2500ms;
/// A classroom PC reports every 2 s.
inline constexpr Duration kHeartbeatSilent = 6s;
/// A camera that says it is live but whose newest frame is older does not deliver.
inline constexpr std::int64_t kCameraSilentMs = 2500;
/// A microphone may be away for so long before the room says so.
inline constexpr Duration kMicrophonePatience = 2s;
/// A publisher that is woken has so long to show its first picture.
inline constexpr Duration kWaking = 3s;
/// After a start of the server, and of a classroom PC, evidence is still coming in.
inline constexpr Duration kGrace = 6s;

/// When the newest picture came, judged by the relay's frame counter and not by its word alone.
class FrameClock {
 public:
  /// `last_ms`: the age of the newest frame at `now`. Counts only when the counter moved since the last look.
  void observe(std::int64_t frames, std::optional<std::int64_t> last_ms, Instant now);
  [[nodiscard]] std::optional<Instant> newest() const { return newest_; }

 private:
  std::optional<std::int64_t> frames_;
  std::optional<Instant> newest_;
};

struct AgentEvidence {
  Instant connected_at;
  std::optional<Instant> heartbeat_at;
  protocol::Heartbeat heartbeat;
};

struct Evidence {
  Instant now;
  std::int64_t now_ms = 0;
  /// The last time the relay answered; nullopt: never since the server started.
  std::optional<Instant> relay_answered;
  std::optional<Instant> newest_frame;
  /// The relay has asked the publisher, who is connected, to pause: nobody watches.
  bool paused = false;
  /// nullopt: no control channel.
  std::optional<AgentEvidence> agent;
  /// Whether a classroom PC has ever been enrolled.
  bool enrolled = true;
};

/// What the people see.
struct Verdict {
  protocol::RoomState state = protocol::RoomState::offline;
  protocol::Cause cause = protocol::Cause::starting;
  std::string detail;
  std::int64_t since_ms = 0;
};

struct Status {
  Verdict verdict;
  /// A state of before the server's start that only needs to be confirmed.
  std::optional<Verdict> unconfirmed;
  /// Until when a silent room keeps its verdict.
  Instant grace_until;
  std::optional<Instant> microphone_lost_at;
  /// A room that was paused and is being woken keeps its verdict until then.
  std::optional<Instant> standby_until = {};
};

/// A room that is new or that the diary does not know.
Status begin_status(std::int64_t now_ms);
/// A room as the diary left it, when the server starts. A room that was live is not called so before a
/// picture came, nor OFFLINE while evidence may still come.
Status resume_status(const Verdict& from_diary, Instant now, std::int64_t now_ms);

Status step(Status status, const Evidence& evidence);

/// Whether the diary gets a row: the state or its cause changed, other than by the server's own restart.
bool worth_noting(const Status& before, const Status& after);

}  // namespace classcast::server
