// SPDX-License-Identifier: MIT
// RelayClient: asks the relay once a second what it sees.
#pragma once

#include "glib/source.hpp"
#include "protocol/relay_status.hpp"
#include "protocol/token.hpp"
#include "server/http_client.hpp"

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
      : client_(client), url_(std::move(relay_url) + "/status"), signer_(signer) {}

  /// Counts from the next poll on.
  void set_relay(const std::string& url) { url_ = url + "/status"; }

  /// Called after every poll.
  std::function<void(const Result<protocol::RelayStatus>&)> on_status;

  void start();
  void stop();

 private:
  void poll();
  void answered(const Result<ClientAnswer>& answer);
  [[nodiscard]] const std::string& token();

  HttpClient& client_;
  std::string url_;
  const protocol::TokenSigner& signer_;
  std::string token_;
  std::int64_t token_made_s_ = 0;
  std::shared_ptr<Fetch> fetch_;
  glib::Timer timer_;
};

}  // namespace classcast::server
