// SPDX-License-Identifier: MIT
#include "sim/rtc_client.hpp"

#include "rtc/demux.hpp"
#include "rtc/rtp.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace classcast::sim {

using namespace rtc;

namespace {

constexpr Duration kCheckInterval = 50ms;
/// RFC 7675 §5.1: about every 5 s.
constexpr Duration kConsentInterval = 2s;

}  // namespace

RtcClient::RtcClient(Config config, Send send, Instant now)
    : config_(std::move(config)), send_(std::move(send)), next_check_(now) {
  Dtls::Config dtls{config_.certificate, config_.remote_fingerprint, config_.suites, Dtls::Role::client};
  auto created = Dtls::create(dtls, [this](Bytes datagram) { send_(datagram); });
  if (!created) std::abort();
  dtls_ = std::move(*created);
}

void RtcClient::check(Instant now) {
  if (silent_) return;
  for (auto& octet : transaction_) ++octet;
  std::array<std::uint8_t, 256> out{};
  StunBuilder builder(out, StunClass::request, transaction_);
  builder.username(config_.remote.ufrag + ":" + config_.local.ufrag).priority(12345);
  if (config_.role == Role::controlling) {
    builder.ice_controlling(7).use_candidate();
  } else {
    builder.ice_controlled(7);
  }
  send_(builder.finish(config_.remote.pwd.reveal()));
  next_check_ = now + (checked_ ? kConsentInterval : kCheckInterval);
}

void RtcClient::receive(MutableBytes datagram, Instant now) {
  switch (classify(datagram)) {
    case DatagramKind::stun:
      return receive_stun(datagram, now);
    case DatagramKind::dtls:
      return receive_dtls(datagram, now);
    case DatagramKind::rtp: {
      auto size = receiver_ ? receiver_->unprotect_rtp(datagram) : 0;
      if (size != 0) rtp.emplace_back(datagram.begin(), datagram.begin() + static_cast<std::ptrdiff_t>(size));
      return;
    }
    case DatagramKind::rtcp: {
      auto size = receiver_ ? receiver_->unprotect_rtcp(datagram) : 0;
      if (size != 0)
        rtcp.emplace_back(datagram.begin(), datagram.begin() + static_cast<std::ptrdiff_t>(size));
      return;
    }
    case DatagramKind::unknown:
      return;
  }
}

void RtcClient::receive_stun(Bytes datagram, Instant now) {
  auto message = StunMessage::parse(datagram);
  if (!message || !message->verify(config_.remote.pwd.reveal())) return;
  if (message->cls == StunClass::error && message->error_code == 487) {
    ++role_conflicts_;
    config_.role = Role::controlling;
    return check(now);
  }
  if (message->cls != StunClass::success || !message->mapped_address) return;
  mapped_ = message->mapped_address;
  checked_ = true;
  next_check_ = now + kConsentInterval;
  if (!started_) {
    started_ = true;
    dtls_->start(now);
  }
}

void RtcClient::receive_dtls(Bytes datagram, Instant now) {
  dtls_->receive(datagram, now);
  if (dtls_->state() != Dtls::State::connected || sender_) return;
  const auto& keys = *dtls_->keys();
  auto sender = make_srtp_sender(keys.suite, keys.client);
  auto receiver = make_srtp_receiver(keys.suite, keys.server);
  if (!sender || !receiver) std::abort();
  sender_ = std::move(*sender);
  receiver_ = std::move(*receiver);
}

void RtcClient::handle_timeout(Instant now) {
  if (!silent_ && now >= next_check_) check(now);
  dtls_->handle_timeout(now);
}

std::optional<Instant> RtcClient::next_deadline() const {
  auto deadline = dtls_->next_deadline();
  if (silent_) return deadline;
  return deadline ? std::min(*deadline, next_check_) : next_check_;
}

std::optional<SrtpSuite> RtcClient::suite() const {
  const auto& keys = dtls_->keys();
  return keys ? std::optional(keys->suite) : std::nullopt;
}

bool RtcClient::send_rtp(Bytes packet) {
  Buffer buffer(packet.begin(), packet.end());
  buffer.resize(packet.size() + kSrtpOverhead);
  auto size = sender_ ? sender_->protect_rtp(buffer, packet.size()) : 0;
  if (size != 0) send_(Bytes(buffer).first(size));
  return size != 0;
}

bool RtcClient::send_rtcp(Bytes compound) {
  Buffer buffer(compound.begin(), compound.end());
  buffer.resize(compound.size() + kSrtcpOverhead);
  auto size = sender_ ? sender_->protect_rtcp(buffer, compound.size()) : 0;
  if (size != 0) send_(Bytes(buffer).first(size));
  return size != 0;
}

void RtcClient::restart_ice(IceCredentials local, IceCredentials remote, Instant now) {
  config_.local = std::move(local);
  config_.remote = std::move(remote);
  checked_ = false;
  next_check_ = now;
}

}  // namespace classcast::sim
