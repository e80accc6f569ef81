// SPDX-License-Identifier: MIT
#include "classroom/source_machine.hpp"

#include <utility>

namespace classcast::classroom {

namespace {

constexpr Backoff kQuick{1s, 5s};
constexpr Backoff kSlow{10s, 60s};
// Live for this long, a source counts as healthy again and the next fault starts with the shortest delay.
constexpr Duration kHealthyAfter = 10s;

class Machine {
 public:
  Machine(const SourceTraits& traits, SourceStatus status, Instant at, double chance)
      : traits_(traits), at_(at), chance_(chance) {
    step_.status = std::move(status);
  }
  SourceStep take() { return std::move(step_); }

  void operator()(const SourceStart&) {
    if (status().state == SourceState::off) begin();
  }
  void operator()(const SourceStop&) {
    if (running()) act(SourceAction::stop);
    enter(SourceState::off);
    status().cause.clear();
  }
  void operator()(const SourceRestart&) {
    if (running()) act(SourceAction::stop);
    status().cause.clear();
    status().failures = 0;
    begin();
  }
  void operator()(const SourceFailed& failed) {
    if (running()) fail(failed.cause, failed.pace);
  }
  void operator()(const SourceTick& tick) {
    if (running() && tick.advanced) {
      frames_arrived(tick.complaint);
    } else if (running()) {
      nothing_arrived();
    } else if (status().state == SourceState::backoff) {
      wait(tick);
    }
  }

 private:
  SourceStatus& status() { return step_.status; }
  [[nodiscard]] bool running() const {
    return step_.status.state != SourceState::off && step_.status.state != SourceState::backoff;
  }
  [[nodiscard]] bool flowing() const {
    return step_.status.state == SourceState::live || step_.status.state == SourceState::degraded;
  }
  void act(SourceAction action) { step_.actions.push_back(action); }
  void enter(SourceState state) {
    status().state = state;
    status().since = at_;
  }
  void begin() {
    enter(SourceState::connecting);
    act(SourceAction::start);
  }
  void fail(const std::string& cause, Pace pace) {
    act(SourceAction::stop);
    enter(SourceState::backoff);
    status().cause = cause;
    status().retry_at = at_;
    if (pace == Pace::at_once) return;
    // What failed quickly for a while says nothing about how often a login was refused.
    if (std::exchange(status().pace, pace) != pace) status().failures = 0;
    ++status().failures;
    status().retry_at += (pace == Pace::quick ? kQuick : kSlow).delay(status().failures, chance_);
  }

  void frames_arrived(const std::string& complaint) {
    const auto state = complaint.empty() ? SourceState::live : SourceState::degraded;
    status().last_frame = at_;
    status().cause = complaint;
    if (status().state != state) enter(state);
    if (at_ - status().since >= kHealthyAfter) status().failures = 0;
  }

  void nothing_arrived() {
    auto still_for = at_ - status().last_frame;
    if (status().state == SourceState::connecting) {
      if (at_ - status().since >= traits_.start_limit) fail(traits_.silent_cause, Pace::quick);
    } else if (still_for >= traits_.restart_after) {
      fail(traits_.stalled_cause, Pace::quick);
    } else if (flowing() && still_for >= traits_.stall_after) {
      enter(SourceState::stalled);
      status().cause = traits_.stalled_cause;
    }
  }

  void wait(const SourceTick& tick) {
    if (tick.busy_for && *tick.busy_for >= traits_.hung_after) status().cause = traits_.hung_cause;
    if (!tick.busy_for && at_ >= status().retry_at) begin();
  }

  const SourceTraits& traits_;
  const Instant at_;
  const double chance_;
  SourceStep step_;
};

}  // namespace

SourceStep step(const SourceTraits& traits, SourceStatus status, const SourceEvent& event, Instant at,
                double chance) {
  Machine machine(traits, std::move(status), at, chance);
  std::visit(machine, event);
  return machine.take();
}

}  // namespace classcast::classroom
