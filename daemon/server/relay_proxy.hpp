// SPDX-License-Identifier: MIT
// RelayProxy: passes /whip/… and /whep/… through to the relay (RFC 9725, draft-ietf-wish-whep), so that
// browsers and classroom PCs talk to one origin. The relay checks the tokens.
#pragma once

#include "server/exchange.hpp"
#include "server/http_client.hpp"

#include <list>
#include <memory>
#include <string>
#include <string_view>

namespace classcast::server {

/// Whether a header of a request goes on to the relay.
bool passes_to_relay(std::string_view name);
/// Whether a header of the relay's answer goes back.
bool passes_to_caller(std::string_view name);

class RelayProxy {
 public:
  static constexpr std::size_t kMaxPending = 256;
  static constexpr Duration kTimeout = 5s;
  /// Event streams (text/event-stream) that are open at a time; they stay.
  static constexpr std::size_t kMaxStreams = 128;

  RelayProxy(HttpClient& client, std::string relay_url) : client_(client), relay_url_(std::move(relay_url)) {}

  /// Counts from the next request on.
  void set_relay(std::string url) { relay_url_ = std::move(url); }
  void handle(const std::shared_ptr<Exchange>& exchange);
  [[nodiscard]] std::size_t pending() const { return pending_.size(); }

 private:
  using Pending = std::list<std::shared_ptr<Fetch>>;
  [[nodiscard]] ClientRequest request_for(const Exchange& exchange) const;
  static Response response_of(ClientAnswer answer);
  bool pass_events(Exchange& exchange, const ClientAnswer& head, std::string_view text, bool& begun);
  void answered(Exchange& exchange, Result<ClientAnswer> answer);
  void take_back(const Exchange& exchange, const ClientAnswer& made);

  HttpClient& client_;
  std::string relay_url_;
  Pending pending_;
  std::size_t streams_ = 0;
};

}  // namespace classcast::server
