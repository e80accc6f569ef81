// SPDX-License-Identifier: MIT
// DTLS 1.2 server with use_srtp (RFC 5764, RFC 6347): datagrams and times in, datagrams and keys out.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "rtc/certificate.hpp"
#include "rtc/srtp.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace classcast::rtc {

/// A handshake datagram never needs IP fragmentation, not even in a tunnel.
constexpr std::size_t kDtlsMtu = 1200;
/// What a remote may feed us before it is done; a certificate chain of 8 KiB several times over.
constexpr std::size_t kMaxHandshakeBytes = 128 * 1024;
/// RFC 6347 §4.2.4.1 says 1 s, doubling; real time wants the first one sooner.
constexpr Duration kDtlsFirstTimeout = 200ms;
constexpr Duration kDtlsMaxTimeout = 3s;
/// Datagrams kept to be sent again; ours are four at most.
constexpr std::size_t kMaxFlight = 16;

/// Keys for both directions.
struct SrtpKeys {
  SrtpSuite suite = SrtpSuite::aes128_cm_sha1_80;
  SrtpKey client;
  SrtpKey server;
};

class Dtls {
 public:
  enum class Role { server, client };
  enum class State { handshaking, connected, closed, failed };

  struct Config {
    std::shared_ptr<const Certificate> certificate;
    Fingerprint remote_fingerprint;
    std::vector<SrtpSuite> suites;
    /// The relay is always the server; tests take the other part.
    Role role = Role::server;
  };
  using Send = std::function<void(Bytes)>;

  static Result<std::unique_ptr<Dtls>> create(const Config& config, Send send);
  ~Dtls();
  Dtls(const Dtls&) = delete;
  Dtls& operator=(const Dtls&) = delete;

  /// A client's first flight.
  void start(Instant now);
  void receive(Bytes datagram, Instant now);
  /// Sends the last flight again when its time has come.
  void handle_timeout(Instant now);
  [[nodiscard]] std::optional<Instant> next_deadline() const;
  /// Sends close_notify.
  void close();

  [[nodiscard]] State state() const;
  /// Once connected. The certificate of the remote had the right fingerprint by then.
  [[nodiscard]] const std::optional<SrtpKeys>& keys() const;

 private:
  class Impl;
  explicit Dtls(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace classcast::rtc
