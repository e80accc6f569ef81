// SPDX-License-Identifier: MIT
// RelayClient: asks the relay once a second what it sees, and tells it whose sessions are to end.
#pragma once

#include "glib/source.hpp"
#include "protocol/relay_status.hpp"
#include "protocol/token.hpp"
#include "server/http_client.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <string>

namespace classcast::server {

class RelayClient {
 public:
  static constexpr Duration kInterval = 1s;
  static constexpr Duration kTimeout = 1500ms;
  static constexpr std::size_t kMaxStatusBytes = 1 << 20;

  RelayClient(HttpClient& client, std::string relay_url, const protocol::TokenSigner& signer)
      : client_(client), url_(std::move(relay_url)), signer_(signer) {}

  /// Counts from the next poll on.
  void set_relay(const std::string& url) { url_ = url; }

  /// Called after every poll.
  std::function<void(const Result<protocol::RelayStatus>&)> on_status;

  /// Ends the sessions, and refuses the tokens, of `sub` ("user:7", "device:room-101", "user": everybody
  /// signed in) in `room`; empty: of anybody, in any room. Tried again until the relay has done it.
  void evict(const std::string& sub, const std::string& room);

  void start();
  void stop();

 private:
  void poll();
  void answered(const Result<ClientAnswer>& answer);
  void send_eviction();
  void evicted(const Result<ClientAnswer>& answer);
  [[nodiscard]] const std::string& token();

  HttpClient& client_;
  std::string url_;
  const protocol::TokenSigner& signer_;
  std::string token_;
  std::int64_t token_made_s_ = 0;
  std::shared_ptr<Fetch> fetch_;
  /// Bodies of requests that the relay has not fulfilled yet.
  std::deque<std::string> evictions_;
  std::shared_ptr<Fetch> eviction_fetch_;
  glib::Timer timer_;
};

}  // namespace classcast::server
