// SPDX-License-Identifier: MIT
#include "rtc/dtls.hpp"

#include "rtc/datagram_bio.hpp"
#include "rtc/openssl_handles.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <string>

namespace classcast::rtc {

namespace {

/// RFC 5764 §4.2.
constexpr std::string_view kExporterLabel = "EXTRACTOR-dtls_srtp";
/// OpenSSL's own timer looks at the wall clock: it is set so far off that it never fires.
constexpr unsigned kNever_us = 3'600'000'000U;

const char* suite_name(SrtpSuite suite) {
  return suite == SrtpSuite::aead_aes_128_gcm ? "SRTP_AEAD_AES_128_GCM" : "SRTP_AES128_CM_SHA1_80";
}

std::string suite_list(const std::vector<SrtpSuite>& suites) {
  std::string out;
  for (auto suite : suites) {
    if (!out.empty()) out += ':';
    out += suite_name(suite);
  }
  return out;
}

}  // namespace

class Dtls::Impl {
 public:
  Impl(Fingerprint remote, Send send) : remote_(std::move(remote)), send_(std::move(send)) {
    port_.outbound = [this](Bytes datagram) { emit(datagram); };
  }

  bool open(const Config& config) {
    ssl_.reset(SSL_new(config.certificate->dtls_context()));
    auto* bio = ssl_ ? new_datagram_bio(port_) : nullptr;
    if (bio == nullptr) return false;
    if (SSL_set_tlsext_use_srtp(ssl_.get(), suite_list(config.suites).c_str()) != 0) return false;
    SSL_set_bio(ssl_.get(), bio, bio);
    DTLS_set_link_mtu(ssl_.get(), kDtlsMtu);
    DTLS_set_timer_cb(ssl_.get(), [](SSL*, unsigned) { return kNever_us; });
    if (config.role == Role::server) {
      SSL_set_accept_state(ssl_.get());
    } else {
      SSL_set_connect_state(ssl_.get());
    }
    return true;
  }

  void receive(Bytes datagram, Instant now) {
    if (datagram.empty() || state_ == State::failed || state_ == State::closed) return;
    if (state_ == State::handshaking && !admit(datagram.size())) return;
    if (state_ == State::connected && SSL_alloc_buffers(ssl_.get()) != 1) return;
    port_.inbound = datagram;
    if (state_ == State::handshaking) {
      handshake(now);
    } else {
      fresh_flight_ = true;
    }
    if (state_ == State::connected) read();
    if (state_ == State::connected && repeats_handshake(datagram)) answer_repetition();
    port_.inbound = {};
    rest();
  }

  void handshake(Instant now) {
    fresh_flight_ = true;
    ERR_clear_error();
    auto result = SSL_do_handshake(ssl_.get());
    auto error = SSL_get_error(ssl_.get(), result);
    if (result == 1) {
      finish();
    } else if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
      state_ = State::failed;
    }
    if (state_ != State::handshaking) {
      deadline_.reset();
    } else if (!fresh_flight_) {
      timeout_ = kDtlsFirstTimeout;
      deadline_ = now + timeout_;
    }
  }

  void handle_timeout(Instant now) {
    if (!deadline_ || now < *deadline_) return;
    send_flight();
    timeout_ = std::min(timeout_ * 2, kDtlsMaxTimeout);
    deadline_ = now + timeout_;
  }

  void close() {
    if (state_ == State::connected && SSL_alloc_buffers(ssl_.get()) == 1) SSL_shutdown(ssl_.get());
    if (state_ != State::failed) state_ = State::closed;
    deadline_.reset();
  }

  State state_ = State::handshaking;
  std::optional<Instant> deadline_;
  std::optional<SrtpKeys> keys_;

 private:
  bool admit(std::size_t size) {
    handshake_bytes_ += size;
    if (handshake_bytes_ <= kMaxHandshakeBytes) return true;
    state_ = State::failed;
    deadline_.reset();
    return false;
  }

  /// After the handshake hardly anything comes by DTLS: until it does, OpenSSL's buffers (33 KB) are given
  /// back, which SSL_MODE_RELEASE_BUFFERS does for TLS only.
  void rest() {
    if (state_ == State::connected) SSL_free_buffers(ssl_.get());
  }

  void send_flight() {
    for (const auto& datagram : flight_) send_(datagram);
  }

  /// RFC 6347 §4.2.4: in the FINISHED state, the last flight of the client is answered with ours, which was
  /// lost. OpenSSL does so itself, but not when the remote repeats its records octet for octet, as we do.
  void answer_repetition() {
    if (fresh_flight_ && SSL_is_server(ssl_.get()) == 1) send_flight();
  }
  static bool repeats_handshake(Bytes datagram) {
    constexpr std::uint8_t kChangeCipherSpec = 20;
    constexpr std::uint8_t kHandshake = 22;
    return datagram[0] == kChangeCipherSpec || datagram[0] == kHandshake;
  }

  /// The first datagram after something was received begins a new flight (RFC 6347 §4.2.4).
  void emit(Bytes datagram) {
    if (fresh_flight_) flight_.clear();
    fresh_flight_ = false;
    if (flight_.size() < kMaxFlight) {
      flight_.emplace_back(datagram.begin(), datagram.end());
    }
    send_(datagram);
  }

  /// After the handshake only alerts matter; application data is thrown away.
  void read() {
    std::array<std::uint8_t, 2048> ignored{};
    ERR_clear_error();
    for (;;) {
      auto result = SSL_read(ssl_.get(), ignored.data(), static_cast<int>(ignored.size()));
      if (result > 0) continue;
      auto error = SSL_get_error(ssl_.get(), result);
      if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) state_ = State::closed;
      return;
    }
  }

  void finish() {
    X509Handle certificate(SSL_get1_peer_certificate(ssl_.get()));
    bool genuine = certificate && remote_.matches(*certificate);
    if (genuine && export_keys()) {
      state_ = State::connected;
    } else {
      state_ = State::failed;
      SSL_shutdown(ssl_.get());
    }
  }

  // RFC 5764 §4.2: client key, server key, client salt, server salt.
  bool export_keys() {
    const auto* profile = SSL_get_selected_srtp_profile(ssl_.get());
    if (profile == nullptr) return false;
    SrtpKeys keys;
    keys.suite =
        profile->id == SRTP_AEAD_AES_128_GCM ? SrtpSuite::aead_aes_128_gcm : SrtpSuite::aes128_cm_sha1_80;
    auto salt = srtp_salt_size(keys.suite);
    std::array<std::uint8_t, 2 * (kSrtpKeySize + kMaxSrtpSaltSize)> material{};
    if (SSL_export_keying_material(ssl_.get(), material.data(), 2 * (kSrtpKeySize + salt),
                                   kExporterLabel.data(), kExporterLabel.size(), nullptr, 0, 0) != 1) {
      return false;
    }
    const auto* at = material.data();
    auto take = [&](auto& target, std::size_t size) {
      std::copy_n(at, size, target.begin());
      at += size;
    };
    take(keys.client.key, kSrtpKeySize);
    take(keys.server.key, kSrtpKeySize);
    take(keys.client.salt, salt);
    take(keys.server.salt, salt);
    keys_ = keys;
    return true;
  }

  Fingerprint remote_;
  Send send_;
  DatagramPort port_;
  SslHandle ssl_;
  std::vector<Buffer> flight_;
  bool fresh_flight_ = true;
  Duration timeout_ = kDtlsFirstTimeout;
  std::size_t handshake_bytes_ = 0;
};

Dtls::Dtls(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Dtls::~Dtls() = default;

Result<std::unique_ptr<Dtls>> Dtls::create(const Config& config, Send send) {
  auto impl = std::make_unique<Impl>(config.remote_fingerprint, std::move(send));
  if (!config.certificate || !impl->open(config))
    return fail(Errc::internal, "OpenSSL refuses a DTLS session");
  return std::unique_ptr<Dtls>(new Dtls(std::move(impl)));
}

void Dtls::start(Instant now) {
  impl_->handshake(now);
}
void Dtls::receive(Bytes datagram, Instant now) {
  impl_->receive(datagram, now);
}
void Dtls::handle_timeout(Instant now) {
  impl_->handle_timeout(now);
}
std::optional<Instant> Dtls::next_deadline() const {
  return impl_->deadline_;
}
void Dtls::close() {
  impl_->close();
}
Dtls::State Dtls::state() const {
  return impl_->state_;
}
const std::optional<SrtpKeys>& Dtls::keys() const {
  return impl_->keys_;
}

}  // namespace classcast::rtc
