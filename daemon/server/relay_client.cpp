// SPDX-License-Identifier: MIT
#include "server/relay_client.hpp"

namespace classcast::server {

void RelayClient::start() {
  timer_ = glib::Timer::every(kInterval, [this] { poll(); });
  poll();
}

void RelayClient::stop() {
  timer_.cancel();
  fetch_.reset();
}

const std::string& RelayClient::token() {
  auto now_s = unix_ms() / 1000;
  if (token_.empty() || now_s - token_made_s_ > protocol::kTokenLifeSeconds / 2) {
    token_ = signer_.sign("server", "*", protocol::Right::observe, now_s);
    token_made_s_ = now_s;
  }
  return token_;
}

void RelayClient::poll() {
  // A slow answer is waited for, up to its deadline, instead of asking again on top of it.
  if (fetch_) return;
  ClientRequest request{"GET", url_, {{"Authorization", "Bearer " + token()}}, {}, kTimeout, kMaxStatusBytes};
  fetch_ =
      client_.fetch(std::move(request), [this](const Result<ClientAnswer>& answer) { answered(answer); });
}

void RelayClient::answered(const Result<ClientAnswer>& answer) {
  fetch_.reset();
  if (!on_status) return;
  if (!answer) return on_status(fail(answer));
  constexpr int kOk = 200;
  if (answer->status != kOk)
    return on_status(fail(Errc::unavailable, "the relay answers {}", answer->status));
  on_status(protocol::parse_relay_status(answer->body));
}

}  // namespace classcast::server
