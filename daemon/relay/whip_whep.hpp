// SPDX-License-Identifier: MIT
// WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep-03): the end points /whip/<room>, /whep/<room> and their
// sessions' URLs. docs/ref/protocol.md §3 is the contract.
#pragma once

#include "relay/access.hpp"
#include "relay/gateway.hpp"
#include "relay/http_message.hpp"

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
};
std::optional<Target> parse_target(std::string_view path);

/// Whether a PATCH without If-Match is served; deployed clients omit it.
enum class IfMatch { optional, required };

class WhipWhep {
 public:
  /// Our candidates for a requester.
  using Candidates = std::function<std::vector<rtc::Candidate>(const HttpRequest&)>;

  WhipWhep(Gateway& gateway, Access& access, Candidates candidates, IfMatch if_match);

  /// For every path that begins with /whip/ or /whep/.
  void handle(const HttpRequest& request, Respond respond);

 private:
  void on_endpoint(const Target& target, const HttpRequest& request, Respond respond);
  void on_session(const Target& target, const HttpRequest& request, Respond respond);
  void post(const Target& target, const HttpRequest& request, Respond respond);
  void patch(const SessionName& name, const HttpRequest& request, Respond respond);
  void remove(const SessionName& name, Respond respond);
  void look(const SessionName& name, Respond respond);

  Gateway& gateway_;
  Access& access_;
  Candidates candidates_;
  IfMatch if_match_;
};

}  // namespace classcast::relay
