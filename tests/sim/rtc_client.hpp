// SPDX-License-Identifier: MIT
// A full WebRTC client for simulations: controlling ICE agent, DTLS client and SRTP, as a browser has them.
#pragma once

#include "base/clock.hpp"
#include "rtc/address.hpp"
#include "rtc/dtls.hpp"
#include "rtc/ice_credentials.hpp"
#include "rtc/srtp.hpp"
#include "rtc/stun.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace classcast::sim {

class RtcClient {
 public:
  enum class Role { controlling, controlled };
  struct Config {
    std::shared_ptr<const rtc::Certificate> certificate;
    rtc::IceCredentials local;
    rtc::IceCredentials remote;
    rtc::Fingerprint remote_fingerprint;
    std::vector<rtc::SrtpSuite> suites;
    /// As the client believes at first; a 487 turns it round.
    Role role = Role::controlling;
  };
  using Send = std::function<void(Bytes)>;

  RtcClient(Config config, Send send, Instant now);

  void receive(MutableBytes datagram, Instant now);
  void handle_timeout(Instant now);
  [[nodiscard]] std::optional<Instant> next_deadline() const;

  bool send_rtp(Bytes packet);
  bool send_rtcp(Bytes compound);
  void restart_ice(rtc::IceCredentials local, rtc::IceCredentials remote, Instant now);
  void close() { dtls_->close(); }
  /// One connectivity check, which nominates.
  void check(Instant now);
  /// No more checks: what a peer sees of a pulled cable.
  void fall_silent() { silent_ = true; }

  [[nodiscard]] bool checked() const { return checked_; }
  [[nodiscard]] bool connected() const { return sender_ != nullptr; }
  [[nodiscard]] rtc::Dtls::State dtls_state() const { return dtls_->state(); }
  [[nodiscard]] std::optional<rtc::SrtpSuite> suite() const;
  [[nodiscard]] std::optional<rtc::Address> mapped() const { return mapped_; }
  [[nodiscard]] int role_conflicts() const { return role_conflicts_; }

  /// Plain packets as received.
  std::vector<Buffer> rtp;
  std::vector<Buffer> rtcp;

 private:
  void receive_stun(Bytes datagram, Instant now);
  void receive_dtls(Bytes datagram, Instant now);

  Config config_;
  Send send_;
  std::unique_ptr<rtc::Dtls> dtls_;
  std::unique_ptr<rtc::SrtpSender> sender_;
  std::unique_ptr<rtc::SrtpReceiver> receiver_;
  std::optional<rtc::Address> mapped_;
  Instant next_check_;
  rtc::TransactionId transaction_{};
  bool checked_ = false;
  bool started_ = false;
  bool silent_ = false;
  int role_conflicts_ = 0;
};

}  // namespace classcast::sim
