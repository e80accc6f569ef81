// SPDX-License-Identifier: MIT
// Peer: one remote WebRTC end point without I/O. Datagrams and times go in; datagrams, media and one deadline
// come out.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "rtc/address.hpp"
#include "rtc/certificate.hpp"
#include "rtc/ice_credentials.hpp"
#include "rtc/rtp.hpp"
#include "rtc/srtp_suite.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace classcast::rtc {

/// From create() to a finished DTLS handshake.
constexpr Duration kConnectTimeout = 15s;
/// RFC 7675 §5.1 allows 30 s at most; a classroom that is gone is shown as gone sooner.
constexpr Duration kConsentTimeout = 10s;

enum class CloseReason : std::uint8_t { consent_lost, dtls_failed, timeout, closed_by_peer };

/// Where a Peer puts what it has to say. Called only from inside the Peer's own inputs; a callback may send
/// through the Peer, but must not destroy it. Every span is valid only during the call.
class PeerSink {
 public:
  virtual ~PeerSink() = default;
  virtual void transmit(const Tuple& tuple, Bytes datagram) = 0;
  virtual void on_connected() = 0;
  /// Decrypted in the buffer that was given to receive().
  virtual void on_rtp(RtpPacket packet, Instant now) = 0;
  virtual void on_rtcp(Bytes compound, Instant now) = 0;
  /// Once, and the last call. Not called for close(), which is ours.
  virtual void on_closed(CloseReason reason) = 0;
};

struct PeerConfig {
  std::shared_ptr<const Certificate> certificate;
  IceCredentials local;
  IceCredentials remote;
  Fingerprint remote_fingerprint;
  /// In our order of preference; GCM costs a third of the SHA-1 suite.
  std::vector<SrtpSuite> suites = {SrtpSuite::aead_aes_128_gcm, SrtpSuite::aes128_cm_sha1_80};
};

/// Packets which were not used, by cause; nothing is logged here.
struct PeerCounters {
  std::uint64_t stun_rejected = 0;
  /// From a tuple that STUN has not validated.
  std::uint64_t unvalidated = 0;
  std::uint64_t malformed = 0;
  /// Wrong authentication tag, replayed, or too many SSRCs.
  std::uint64_t srtp_rejected = 0;
  std::uint64_t rtp_received = 0;
  std::uint64_t rtp_sent = 0;
};

class Peer {
 public:
  /// Errc::internal when OpenSSL refuses; Errc::invalid for empty credentials.
  static Result<std::unique_ptr<Peer>> create(PeerConfig config, PeerSink& sink, Instant now);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  /// Any datagram (or ICE-TCP frame) which came for this peer. It is decrypted in place.
  void receive(const Tuple& tuple, MutableBytes datagram, Instant now);
  /// To be called at next_deadline() or later; early calls do no harm.
  void handle_timeout(Instant now);
  /// nullopt once closed.
  [[nodiscard]] std::optional<Instant> next_deadline() const;

  /// Encrypts `size` octets at the front of `buffer` in place and transmits them; `buffer` has room for
  /// kSrtpOverhead (kSrtcpOverhead) more. False when not connected, without room, or refused.
  bool send_rtp(MutableBytes buffer, std::size_t size, Instant now);
  bool send_rtcp(MutableBytes buffer, std::size_t size, Instant now);
  /// The same without transmitting, for callers that batch: the size of the encrypted packet, or 0.
  std::size_t protect_rtp(MutableBytes buffer, std::size_t size, Instant now);
  std::size_t protect_rtcp(MutableBytes buffer, std::size_t size, Instant now);

  /// ICE restart (RFC 8445 §9): media goes on over the old path until a check with the new credentials
  /// nominates one.
  void restart_ice(IceCredentials local, IceCredentials remote, Instant now);
  /// Says goodbye by a DTLS close_notify; afterwards every input is ignored.
  void close();

  [[nodiscard]] bool connected() const;
  [[nodiscard]] bool closed() const;
  /// Where media goes now: the latest nominated tuple.
  [[nodiscard]] const std::optional<Tuple>& selected() const;
  [[nodiscard]] std::optional<SrtpSuite> suite() const;
  [[nodiscard]] const PeerCounters& counters() const;
  [[nodiscard]] const IceCredentials& local_credentials() const;

 private:
  class Impl;
  explicit Peer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace classcast::rtc
