// SPDX-License-Identifier: MIT
#include "classroom/uplink_machine.hpp"

#include <utility>

namespace classcast::classroom {

namespace {

constexpr Backoff kBackoff{500ms, 5s};
constexpr Duration kOfferLimit = 10s;
constexpr Duration kPostLimit = 15s;
constexpr Duration kJoinLimit = 10s;
constexpr Duration kBrokenLimit = 5s;
// A relay says by RTCP four times a second that the session exists; when it stops, a GET tells at once
// whether the relay was restarted.
constexpr Duration kCheckEvery = 30s;
constexpr Duration kCheckUnheardEvery = 500ms;
constexpr Duration kCheckAfter = 500ms;
// Relays that say it once a second are not believed dead sooner.
constexpr Duration kUnheardAfter = 2500ms;
// Longer than any receiver may be silent (RFC 3550 §6.2: 5 s at least, spread up to 7.5 s).
constexpr Duration kBrokenUnheardAfter = 10s;
constexpr const char* kNothingComes = "nothing comes back from the server's media port";
// A link that breaks so soon after a change of addresses will not come back.
constexpr Duration kNetworkChangeLasts = 15s;

class UplinkRun {
 public:
  UplinkRun(UplinkStatus status, Instant at, double chance) : at_(at), chance_(chance) {
    step_.status = std::move(status);
  }
  UplinkStep take() { return std::move(step_); }

  void operator()(const UplinkStart&) {
    if (phase() != UplinkPhase::off) return;
    enter(UplinkPhase::waiting);
    if (status().granted) begin();
  }
  void operator()(const UplinkStop&) {
    if (active()) act(UplinkAction::finish);
    enter(UplinkPhase::off);
    status().cause.clear();
  }
  void operator()(const UplinkRestart&) {
    if (active()) act(UplinkAction::finish);
    status().cause.clear();
    status().failures = 0;
    enter(UplinkPhase::waiting);
    if (status().granted) begin();
  }
  void operator()(const UplinkGranted&) {
    status().granted = true;
    if (phase() == UplinkPhase::waiting) begin();
  }
  void operator()(const OfferReady&) {
    if (phase() != UplinkPhase::offering) return;
    enter(UplinkPhase::posting);
    act(UplinkAction::post);
  }
  void operator()(const OfferAccepted&) {
    if (phase() == UplinkPhase::posting) enter(UplinkPhase::joining);
  }
  void operator()(const OfferRefused& refused) {
    if (phase() == UplinkPhase::posting) fail(refused.cause, refused.retry_after);
  }
  void operator()(const LinkUp&) {
    if (phase() == UplinkPhase::joining) act(UplinkAction::attach);
    if (phase() == UplinkPhase::joining || phase() == UplinkPhase::broken) go_live();
  }
  void operator()(const LinkBroken&) {
    if (phase() == UplinkPhase::live) break_off(kNothingComes);
  }
  void operator()(const LinkFailed& failed) {
    if (active()) fail(failed.cause);
  }
  void operator()(const SessionGone&) {
    if (!active()) return;
    const bool at_once = healthy();
    fail("the relay has forgotten this session", at_once ? std::optional<Duration>(0s) : std::nullopt);
    if (at_once) begin();
  }
  /// While reports come the media path is well, whatever the way to the server is.
  void operator()(const SessionUnreachable& answer) {
    if (phase() == UplinkPhase::live && status().reported && unheard_for() >= kUnheardAfter)
      break_off(answer.cause);
  }
  void operator()(const PauseAsked& asked) {
    if (connected()) status().paused = asked.paused;
  }
  void operator()(const NetworkChanged&) {
    status().network_changed = at_;
    if (phase() == UplinkPhase::backoff) status().retry_at = at_;
    if (active() && phase() != UplinkPhase::live) moved();
  }
  void operator()(const UplinkTick& tick) {
    if (phase() == UplinkPhase::backoff && at_ >= status().retry_at && tick.worker_idle) begin();
    watch_limits();
    watch_session(tick);
  }

 private:
  UplinkStatus& status() { return step_.status; }
  [[nodiscard]] UplinkPhase phase() const { return step_.status.phase; }
  [[nodiscard]] bool active() const {
    return phase() != UplinkPhase::off && phase() != UplinkPhase::waiting && phase() != UplinkPhase::backoff;
  }
  [[nodiscard]] Duration lasted() const { return at_ - step_.status.since; }
  [[nodiscard]] Duration unheard_for() const { return at_ - step_.status.last_heard; }
  [[nodiscard]] bool healthy() const { return connected() && step_.status.failures == 0; }
  [[nodiscard]] bool connected() const {
    return phase() == UplinkPhase::live || phase() == UplinkPhase::broken;
  }
  void act(UplinkAction action) { step_.actions.push_back(action); }
  void enter(UplinkPhase phase) {
    status().phase = phase;
    status().since = at_;
  }
  void break_off(const std::string& cause) {
    enter(UplinkPhase::broken);
    status().cause = cause;
    if (network_is_new()) moved();
  }
  [[nodiscard]] bool network_is_new() const {
    const auto& changed = step_.status.network_changed;
    return changed && at_ - *changed < kNetworkChangeLasts;
  }
  void moved() { fail("this computer's network addresses changed", 0s); }
  void begin() {
    status().reported = false;
    status().paused = false;
    status().degraded = false;
    enter(UplinkPhase::offering);
    act(UplinkAction::start);
  }
  void go_live() {
    enter(UplinkPhase::live);
    status().cause.clear();
    status().last_heard = at_;
    status().checked = at_;
  }
  void fail(std::string cause, std::optional<Duration> delay = std::nullopt) {
    act(UplinkAction::finish);
    enter(UplinkPhase::backoff);
    status().cause = std::move(cause);
    ++status().failures;
    status().retry_at = at_ + delay.value_or(kBackoff.delay(status().failures, chance_));
  }

  void watch_limits() {
    if (phase() == UplinkPhase::offering && lasted() >= kOfferLimit) {
      fail("this computer cannot make a WebRTC offer in time");
    } else if (phase() == UplinkPhase::posting && lasted() >= kPostLimit) {
      fail("the server does not answer the offer");
    } else if (phase() == UplinkPhase::joining && lasted() >= kJoinLimit) {
      fail("no media path to the server; is its UDP port open in the firewall?");
    } else if (phase() == UplinkPhase::broken && lasted() >= kBrokenLimit) {
      fail(status().cause);
    }
  }

  void watch_session(const UplinkTick& tick) {
    if (!connected()) return;
    if (tick.heard) heard();
    if (phase() == UplinkPhase::live) {
      status().degraded = !tick.complaint.empty();
      status().cause = tick.complaint;
      if (status().reported && unheard_for() >= kBrokenUnheardAfter) return break_off(kNothingComes);
    }
    if (unheard_for() >= kUnheardAfter && status().reported && network_is_new()) return moved();
    const bool unheard = unheard_for() >= kCheckAfter;
    if (at_ - status().checked < (unheard ? kCheckUnheardEvery : kCheckEvery)) return;
    status().checked = at_;
    act(UplinkAction::check);
  }
  /// Media arrive there: whatever failed before is over.
  void heard() {
    if (phase() == UplinkPhase::broken) go_live();
    status().last_heard = at_;
    status().reported = true;
    status().failures = 0;
  }

  const Instant at_;
  const double chance_;
  UplinkStep step_;
};

}  // namespace

UplinkStep step(UplinkStatus status, const UplinkEvent& event, Instant at, double chance) {
  UplinkRun machine(std::move(status), at, chance);
  std::visit(machine, event);
  return machine.take();
}

protocol::SourceState reported(const UplinkStatus& status) {
  using protocol::SourceState;
  switch (status.phase) {
    case UplinkPhase::off:
      return SourceState::off;
    case UplinkPhase::live:
      if (status.paused) return SourceState::paused;
      return status.degraded ? SourceState::degraded : SourceState::live;
    case UplinkPhase::broken:
      return SourceState::stalled;
    case UplinkPhase::backoff:
      return SourceState::backoff;
    default:
      return SourceState::connecting;
  }
}

}  // namespace classcast::classroom
