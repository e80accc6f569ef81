// SPDX-License-Identifier: MIT
#include "rtc/peer.hpp"

#include "rtc/demux.hpp"
#include "rtc/dtls.hpp"
#include "rtc/ice_lite.hpp"
#include "rtc/srtp.hpp"

#include <algorithm>

namespace classcast::rtc {

class Peer::Impl {
 public:
  Impl(PeerConfig config, PeerSink& sink, Instant now)
      : sink_(sink), ice_(std::move(config.local), std::move(config.remote)), created_(now) {}

  Result<void> open(const PeerConfig& config) {
    Dtls::Config dtls{config.certificate, config.remote_fingerprint, config.suites, Dtls::Role::server};
    auto created = Dtls::create(dtls, [this](Bytes datagram) { transmit(datagram); });
    if (!created) return fail(created);
    dtls_ = std::move(*created);
    return {};
  }

  void receive(const Tuple& tuple, MutableBytes datagram, Instant now) {
    if (closed_) return;
    auto kind = classify(datagram);
    if (kind == DatagramKind::stun) return receive_stun(tuple, datagram, now);
    if (kind == DatagramKind::unknown) {
      ++counters_.malformed;
      return;
    }
    // No ClientHello and no media from an address that STUN has not checked: nobody can be made to send to a
    // victim.
    if (!ice_.validated(tuple)) {
      ++counters_.unvalidated;
      return;
    }
    if (kind == DatagramKind::dtls) return receive_dtls(datagram, now);
    if (!receiver_) return;
    if (kind == DatagramKind::rtp) return receive_rtp(datagram, now);
    receive_rtcp(datagram, now);
  }

  void handle_timeout(Instant now) {
    if (closed_) return;
    dtls_->handle_timeout(now);
    if (now < give_up_at()) return;
    finish(connected() ? CloseReason::consent_lost : CloseReason::timeout);
  }

  [[nodiscard]] std::optional<Instant> next_deadline() const {
    if (closed_) return std::nullopt;
    auto deadline = give_up_at();
    if (auto dtls = dtls_->next_deadline()) deadline = std::min(deadline, *dtls);
    return deadline;
  }

  std::size_t protect_rtp(MutableBytes buffer, std::size_t size, Instant now) {
    if (!may_send(now)) return 0;
    auto sealed = sender_->protect_rtp(buffer, size);
    if (sealed != 0) ++counters_.rtp_sent;
    return sealed;
  }

  std::size_t protect_rtcp(MutableBytes buffer, std::size_t size, Instant now) {
    return may_send(now) ? sender_->protect_rtcp(buffer, size) : 0;
  }

  void restart_ice(IceCredentials local, IceCredentials remote, Instant now) {
    ice_.restart(std::move(local), std::move(remote));
    // The request for a restart came from the remote: it gets the time to find a new path.
    ice_.refresh_consent(now);
  }

  bool transmit(Bytes datagram) {
    if (datagram.empty() || !ice_.selected()) return false;
    sink_.transmit(*ice_.selected(), datagram);
    return true;
  }

  void close() {
    if (closed_) return;
    dtls_->close();
    closed_ = true;
  }

  [[nodiscard]] bool connected() const { return !closed_ && sender_ != nullptr; }

  PeerSink& sink_;
  IceLite ice_;
  std::unique_ptr<Dtls> dtls_;
  PeerCounters counters_;
  bool closed_ = false;

 private:
  void receive_stun(const Tuple& tuple, Bytes datagram, Instant now) {
    std::array<std::uint8_t, IceLite::kMaxResponse> out{};
    auto response = ice_.receive(tuple, datagram, out, now);
    counters_.stun_rejected = ice_.rejected();
    // RFC 8445 §7.3.1.2: the answer goes back the way the check came, whatever is selected.
    if (!response.empty()) sink_.transmit(tuple, response);
  }

  void receive_dtls(Bytes datagram, Instant now) {
    auto before = dtls_->state();
    dtls_->receive(datagram, now);
    auto after = dtls_->state();
    if (after == before) return;
    if (after == Dtls::State::failed) return finish(CloseReason::dtls_failed);
    if (before == Dtls::State::handshaking && !start_media()) return finish(CloseReason::dtls_failed);
    if (after == Dtls::State::closed) finish(CloseReason::closed_by_peer);
  }

  /// We are the server: what the client sends is under the client's key.
  bool start_media() {
    if (!dtls_->keys()) return false;
    const auto& keys = *dtls_->keys();
    auto sender = make_srtp_sender(keys.suite, keys.server);
    auto receiver = make_srtp_receiver(keys.suite, keys.client);
    if (!sender || !receiver) return false;
    sender_ = std::move(*sender);
    receiver_ = std::move(*receiver);
    sink_.on_connected();
    return true;
  }

  void receive_rtp(MutableBytes datagram, Instant now) {
    auto size = receiver_->unprotect_rtp(datagram);
    if (size == 0) {
      ++counters_.srtp_rejected;
      return;
    }
    ice_.refresh_consent(now);
    auto packet = RtpPacket::parse(datagram.first(size));
    if (!packet) {
      ++counters_.malformed;
      return;
    }
    ++counters_.rtp_received;
    sink_.on_rtp(*packet, now);
  }

  void receive_rtcp(MutableBytes datagram, Instant now) {
    auto size = receiver_->unprotect_rtcp(datagram);
    if (size == 0) {
      ++counters_.srtp_rejected;
      return;
    }
    ice_.refresh_consent(now);
    sink_.on_rtcp(datagram.first(size), now);
  }

  /// RFC 7675 §5.1: nothing is sent after consent has expired, even if nobody has called handle_timeout()
  /// yet.
  [[nodiscard]] bool may_send(Instant now) const { return connected() && now < give_up_at(); }

  [[nodiscard]] Instant give_up_at() const {
    if (!connected()) return created_ + kConnectTimeout;
    return ice_.consent().value_or(created_) + kConsentTimeout;
  }

  void finish(CloseReason reason) {
    closed_ = true;
    sink_.on_closed(reason);
  }

  Instant created_;
  std::unique_ptr<SrtpSender> sender_;
  std::unique_ptr<SrtpReceiver> receiver_;
};

Peer::Peer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Peer::~Peer() = default;

Result<std::unique_ptr<Peer>> Peer::create(PeerConfig config, PeerSink& sink, Instant now) {
  for (const auto* ice : {&config.local, &config.remote}) {
    if (ice->ufrag.empty() || ice->pwd.empty()) return fail(Errc::invalid, "ICE credentials are missing");
  }
  auto impl = std::make_unique<Impl>(config, sink, now);
  if (auto opened = impl->open(config); !opened) return fail(opened);
  return std::unique_ptr<Peer>(new Peer(std::move(impl)));
}

void Peer::receive(const Tuple& tuple, MutableBytes datagram, Instant now) {
  impl_->receive(tuple, datagram, now);
}
void Peer::handle_timeout(Instant now) {
  impl_->handle_timeout(now);
}
std::optional<Instant> Peer::next_deadline() const {
  return impl_->next_deadline();
}

bool Peer::send_rtp(MutableBytes buffer, std::size_t size, Instant now) {
  return impl_->transmit(buffer.first(impl_->protect_rtp(buffer, size, now)));
}
bool Peer::send_rtcp(MutableBytes buffer, std::size_t size, Instant now) {
  return impl_->transmit(buffer.first(impl_->protect_rtcp(buffer, size, now)));
}
std::size_t Peer::protect_rtp(MutableBytes buffer, std::size_t size, Instant now) {
  return impl_->protect_rtp(buffer, size, now);
}
std::size_t Peer::protect_rtcp(MutableBytes buffer, std::size_t size, Instant now) {
  return impl_->protect_rtcp(buffer, size, now);
}

void Peer::restart_ice(IceCredentials local, IceCredentials remote, Instant now) {
  impl_->restart_ice(std::move(local), std::move(remote), now);
}
void Peer::close() {
  impl_->close();
}
bool Peer::connected() const {
  return impl_->connected();
}
bool Peer::closed() const {
  return impl_->closed_;
}
const std::optional<Tuple>& Peer::selected() const {
  return impl_->ice_.selected();
}
std::optional<SrtpSuite> Peer::suite() const {
  const auto& keys = impl_->dtls_->keys();
  return keys ? std::optional(keys->suite) : std::nullopt;
}
const PeerCounters& Peer::counters() const {
  return impl_->counters_;
}
const IceCredentials& Peer::local_credentials() const {
  return impl_->ice_.local();
}

}  // namespace classcast::rtc
