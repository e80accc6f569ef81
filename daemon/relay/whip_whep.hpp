// SPDX-License-Identifier: MIT
// WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep-03): the end points /whip/<room>, /whep/<room> and their
// sessions' URLs. docs/ref/protocol.md §3 is the contract.
#pragma once

#include "relay/access.hpp"
#include "relay/gateway.hpp"
#include "relay/http_message.hpp"
#include "relay/turn.hpp"
#include "relay/whep_extensions.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace classcast::relay {

/// What a path under /whip/ or /whep/ names.
struct Target {
  SessionRole role = SessionRole::watch;
  RoomId room;
  std::optional<std::string> session;
  Part part = Part::main;  ///< of a publisher's end point
  std::optional<Extension> extension = {};
};
std::optional<Target> parse_target(std::string_view path);

/// Whether a PATCH without If-Match is served; deployed clients omit it.
enum class IfMatch { optional, required };

/// When POSTs are sent on to another relay (RFC 9725 §4.5).
enum class RedirectWhen { full, always };

struct EndpointOptions {
  IfMatch if_match = IfMatch::optional;
  std::string redirect_to;  ///< base URL of another relay or a balancer; empty: nobody is sent on
  RedirectWhen redirect_when = RedirectWhen::full;
  TurnOptions turn;
};

class WhipWhep {
 public:
  /// Our candidates for a requester.
  using Candidates = std::function<std::vector<rtc::Candidate>(const HttpRequest&)>;

  WhipWhep(Gateway& gateway, Access& access, Candidates candidates, EndpointOptions options);

  /// For every path that begins with /whip/ or /whep/.
  void handle(const HttpRequest& request, Respond respond);

 private:
  void on_endpoint(const Target& target, const HttpRequest& request, Respond respond);
  void on_session(const Target& target, const HttpRequest& request, Respond respond);
  void post(const Target& target, const HttpRequest& request, Respond respond);
  [[nodiscard]] HttpReply opened_reply(const Target& target, const Outcome<Opened>& opened) const;
  [[nodiscard]] std::optional<HttpReply> sent_on(const HttpRequest& request,
                                                 const Outcome<Opened>& opened) const;
  void patch(const SessionName& name, const HttpRequest& request, Respond respond);
  void remove(const SessionName& name, Respond respond);
  void look(const SessionName& name, Respond respond);

  Gateway& gateway_;
  Access& access_;
  Candidates candidates_;
  EndpointOptions options_;
  WhepExtensions extensions_;
};

}  // namespace classcast::relay
