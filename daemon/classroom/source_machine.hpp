// SPDX-License-Identifier: MIT
// The life of a camera or a microphone as a pure state machine: no clock, no GLib, no GStreamer.
#pragma once

#include "base/clock.hpp"
#include "classroom/backoff.hpp"
#include "protocol/agent.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace classcast::classroom {

using protocol::SourceState;

/// What differs between a camera and a microphone.
struct SourceTraits {
  std::string name;             ///< "camera"
  Duration stall_after = 3s;    ///< without a frame: stalled
  Duration restart_after = 6s;  ///< without a frame: started anew
  Duration start_limit = 12s;   ///< from start to the first frame
  Duration hung_after = 5s;     ///< a start or stop that takes longer is reported
  std::string stalled_cause;
  std::string silent_cause;  ///< started, but no first frame
  std::string hung_cause;
};

/// How soon to try again: a login that was refused is not repeated every second, because cameras lock
/// accounts; what was only built for another kind of stream is tried at once.
enum class Pace { at_once, quick, slow };

struct SourceStatus {
  SourceState state = SourceState::off;
  std::string cause;
  Instant since;          ///< of `state`
  Instant last_frame;     ///< meaningful in live and stalled
  Instant retry_at;       ///< meaningful in backoff
  unsigned failures = 0;  ///< in a row, of this pace
  Pace pace = Pace::quick;
};

struct SourceStart {};
struct SourceStop {};
/// Other settings apply: the graph is built anew, whatever it was doing.
struct SourceRestart {};
/// Every half second: whether frames arrived since the last tick, for how long the worker has been busy, and
/// what is not as it should be with frames that do arrive.
struct SourceTick {
  bool advanced = false;
  std::optional<Duration> busy_for;
  std::string complaint = {};
};
struct SourceFailed {
  std::string cause;
  Pace pace = Pace::quick;
};
using SourceEvent = std::variant<SourceStart, SourceStop, SourceRestart, SourceTick, SourceFailed>;

enum class SourceAction { start, stop };

struct SourceStep {
  SourceStatus status;
  std::vector<SourceAction> actions;
};

/// `chance` (0 to 1) spreads the delays.
SourceStep step(const SourceTraits& traits, SourceStatus status, const SourceEvent& event, Instant at,
                double chance);

}  // namespace classcast::classroom
