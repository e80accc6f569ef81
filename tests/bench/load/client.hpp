// SPDX-License-Identifier: MIT
// Client: one WHIP or WHEP peer with a UDP socket of its own, as a browser is one, without a codec.
#pragma once

#include "bench/load/http.hpp"
#include "relay/udp_socket.hpp"
#include "rtc/certificate.hpp"
#include "rtc/ice_lite.hpp"
#include "sim/rtc_client.hpp"

#include <memory>
#include <string>

namespace classcast::load {

inline constexpr std::uint8_t kVideoPt = 102;

enum class Direction { publish, watch };

/// Where the sockets of clients are made.
struct Network {
  int name_space = -1;  ///< a descriptor of a network namespace (setns(2)); -1: our own
};

class Client {
 public:
  /// POSTs an offer and connects ICE and DTLS. Errc::timeout when that takes more than twenty seconds.
  static Result<std::unique_ptr<Client>> open(const Http& http, Direction direction, const std::string& room,
                                              const Network& network);
  /// The same with an answer in hand: `local` was offered to whom `answer` is of.
  static Result<std::unique_ptr<Client>> connect(const std::string& description, rtc::IceCredentials local,
                                                 const Network& network);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] int fd() const { return fd_.get(); }
  sim::RtcClient& rtc() { return *rtc_; }
  /// Takes what has come, without waiting. Media waits in rtc().rtp.
  void receive();
  /// Waits for datagrams until `deadline` or until `done`.
  template <typename Done>
  bool receive_until(Instant deadline, Done done) {
    while (!done()) {
      if (now() >= deadline) return false;
      wait(deadline);
      receive();
      rtc_->handle_timeout(now());
    }
    return true;
  }
  /// Checks, which are also consent, when they are due.
  void keep_alive() { rtc_->handle_timeout(now()); }
  /// DELETEs the session; false unless that was answered with 200.
  bool hang_up(const Http& http);

 private:
  Client() = default;
  Result<void> handshake(const std::string& description, rtc::IceCredentials local, const Network& network);
  void wait(Instant deadline) const;
  void answer_check(Bytes datagram);

  relay::Descriptor fd_;
  std::optional<rtc::IceLite> ice_;  // answers a remote that is a full agent
  std::unique_ptr<sim::RtcClient> rtc_;
  std::string session_;
};

/// One certificate for all clients of the generator: making it is not what is measured.
const std::shared_ptr<const rtc::Certificate>& client_certificate();

}  // namespace classcast::load
