// SPDX-License-Identifier: MIT
#include "server/relay_client.hpp"

#include "glib/log.hpp"
#include "protocol/json.hpp"

namespace classcast::server {

namespace {

/// An absent relay has no sessions; those of one that is only slow are a few.
constexpr std::size_t kMaxEvictions = 1000;
constexpr int kOk = 200;
/// From here on the fault is the relay's, and may pass.
constexpr int kServerFault = 500;
constexpr int kTooManyRequests = 429;

}  // namespace

void RelayClient::start() {
  timer_ = glib::Timer::every(kInterval, [this] { poll(); });
  poll();
}

void RelayClient::stop() {
  timer_.cancel();
  fetch_.reset();
  eviction_fetch_.reset();
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
  send_eviction();
  // A slow answer is waited for, up to its deadline, instead of asking again on top of it.
  if (fetch_) return;
  ClientRequest request{"GET", url_ + "/status", {{"Authorization", "Bearer " + token()}},
                        {},    kTimeout,         kMaxStatusBytes};
  fetch_ =
      client_.fetch(std::move(request), [this](const Result<ClientAnswer>& answer) { answered(answer); });
}

void RelayClient::answered(const Result<ClientAnswer>& answer) {
  fetch_.reset();
  if (!on_status) return;
  if (!answer) return on_status(fail(answer));
  if (answer->status != kOk)
    return on_status(fail(Errc::unavailable, "the relay answers {}", answer->status));
  on_status(protocol::parse_relay_status(answer->body));
}

void RelayClient::evict(const std::string& sub, const std::string& room) {
  if (evictions_.size() >= kMaxEvictions) evictions_.pop_front();
  protocol::JsonWriter body;
  if (!sub.empty()) body.text("sub", sub);
  if (!room.empty()) body.text("room", room);
  // What is signed from now on is for a new right.
  body.integer("until_ms", unix_ms());
  evictions_.push_back(body.finish());
  send_eviction();
}

void RelayClient::send_eviction() {
  if (evictions_.empty() || eviction_fetch_) return;
  const auto proof = signer_.sign("server/evictions", "*", protocol::Right::end, unix_ms() / 1000);
  ClientRequest request{"POST",
                        url_ + "/evictions",
                        {{"Authorization", "Bearer " + proof}, {"Content-Type", "application/json"}},
                        evictions_.front(),
                        kTimeout,
                        kMaxStatusBytes};
  eviction_fetch_ =
      client_.fetch(std::move(request), [this](const Result<ClientAnswer>& answer) { evicted(answer); });
}

void RelayClient::evicted(const Result<ClientAnswer>& answer) {
  eviction_fetch_.reset();
  // Tried again with the next poll.
  if (!answer || answer->status >= kServerFault || answer->status == kTooManyRequests) return;
  if (answer->status != kOk) {
    glib::log::warning("relay", "the relay does not end sessions (it answers {}); is it an older version?",
                       answer->status);
  }
  evictions_.pop_front();
  send_eviction();
}

}  // namespace classcast::server
