// SPDX-License-Identifier: MIT
// The life of the uplink, from the server's grant to a WHIP session that carries media, as a pure state
// machine.
#pragma once

#include "base/clock.hpp"
#include "classroom/backoff.hpp"
#include "protocol/agent.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace classcast::classroom {

enum class UplinkPhase {
  off,
  waiting,   ///< for the server's first grant
  offering,  ///< the graph starts
  posting,   ///< WHIP POST under way
  joining,   ///< addresses are gathered; ICE and DTLS
  live,
  broken,   ///< connected once, nothing comes back from the relay
  backoff,  ///< failed, will be tried again
};

struct UplinkStatus {
  UplinkPhase phase = UplinkPhase::off;
  std::string cause;
  Instant since;  ///< of `phase`
  Instant retry_at;
  Instant checked;     ///< the newest GET of the session
  Instant last_heard;  ///< the relay's newest report by RTCP
  std::optional<Instant> network_changed;
  bool granted = false;
  bool reported = false;  ///< a report came during this session
  bool paused = false;    ///< live, but the relay asked for nothing
  bool degraded = false;  ///< live, but `cause` is wrong with it
  unsigned failures = 0;
};

struct UplinkStart {};
struct UplinkStop {};
/// Other settings apply: the session is made anew.
struct UplinkRestart {};
/// The server told where to publish, and with which token.
struct UplinkGranted {};
struct OfferReady {};
struct OfferAccepted {};
/// POST failed; `retry_after` is the server's wish.
struct OfferRefused {
  std::string cause;
  std::optional<Duration> retry_after;
};
struct LinkUp {};
struct LinkBroken {};
/// ICE or DTLS gave up, or the graph failed.
struct LinkFailed {
  std::string cause;
};
/// GET on the session answered 404: the relay was restarted.
struct SessionGone {};
/// GET on the session: the server does not answer, or its relay does not.
struct SessionUnreachable {
  std::string cause;
};
/// The relay wants no media for now (RFC 7728), or wants it again.
struct PauseAsked {
  bool paused = false;
};
/// This computer has other addresses than before.
struct NetworkChanged {};
/// Every quarter of a second: whether a report of the relay came since the last tick, and what is not as it
/// should be.
struct UplinkTick {
  bool worker_idle = true;
  bool heard = false;
  std::string complaint = {};
};
using UplinkEvent = std::variant<UplinkStart, UplinkStop, UplinkRestart, UplinkGranted, OfferReady,
                                 OfferAccepted, OfferRefused, LinkUp, LinkBroken, LinkFailed, SessionGone,
                                 SessionUnreachable, PauseAsked, NetworkChanged, UplinkTick>;

enum class UplinkAction {
  start,   ///< build a publisher and make an offer
  post,    ///< send the offer
  attach,  ///< media may flow
  check,   ///< GET the session
  finish,  ///< end the session and throw the publisher away
};

struct UplinkStep {
  UplinkStatus status;
  std::vector<UplinkAction> actions;
};

UplinkStep step(UplinkStatus status, const UplinkEvent& event, Instant at, double chance);

/// What the heartbeat calls it.
protocol::SourceState reported(const UplinkStatus& status);

}  // namespace classcast::classroom
