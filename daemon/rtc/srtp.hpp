// SPDX-License-Identifier: MIT
// SRTP and SRTCP (RFC 3711) with the keys of one direction, behind one face for both suites.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "rtc/srtp_suite.hpp"

#include <array>
#include <memory>

namespace classcast::rtc {

/// SSRCs which one peer may send, and which we send to it: simulcast layers with rtx, audio, and some to
/// spare.
constexpr std::size_t kMaxSrtpStreams = 32;
/// Packets that may come late; retransmissions without rtx come very late.
constexpr std::size_t kReplayWindow = 1024;
constexpr std::size_t kSrtpKeySize = 16;
constexpr std::size_t kMaxSrtpSaltSize = 14;

/// RFC 3711 §3.2.1: master key and master salt of one direction.
struct SrtpKey {
  std::array<std::uint8_t, kSrtpKeySize> key{};
  std::array<std::uint8_t, kMaxSrtpSaltSize> salt{};
};

/// RFC 5764 §4.1.2: 112 bits; RFC 7714 §12: 96 bits.
constexpr std::size_t srtp_salt_size(SrtpSuite suite) {
  return suite == SrtpSuite::aead_aes_128_gcm ? 12 : 14;
}

/// Encrypts in place. `buffer` holds `size` octets of plain packet and room behind them; returns the new
/// size, or 0. A packet that is sent again under its sequence number must be the same octet for octet: the
/// nonce is the same too (RFC 7714 §8.1).
class SrtpSender {
 public:
  virtual ~SrtpSender() = default;
  virtual std::size_t protect_rtp(MutableBytes buffer, std::size_t size) = 0;
  virtual std::size_t protect_rtcp(MutableBytes buffer, std::size_t size) = 0;
};

/// Checks and decrypts in place; returns the size of the plain packet, or 0 for packets which are forged,
/// replayed, malformed, or of one SSRC too many.
class SrtpReceiver {
 public:
  virtual ~SrtpReceiver() = default;
  virtual std::size_t unprotect_rtp(MutableBytes packet) = 0;
  virtual std::size_t unprotect_rtcp(MutableBytes packet) = 0;
};

/// Errc::internal when the libraries refuse.
Result<std::unique_ptr<SrtpSender>> make_srtp_sender(SrtpSuite suite, const SrtpKey& key);
Result<std::unique_ptr<SrtpReceiver>> make_srtp_receiver(SrtpSuite suite, const SrtpKey& key);

}  // namespace classcast::rtc
