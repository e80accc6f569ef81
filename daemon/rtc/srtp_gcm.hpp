// SPDX-License-Identifier: MIT
// AEAD_AES_128_GCM (RFC 7714) by OpenSSL: a third of the cost of libsrtp2's on Debian 12.
#pragma once

#include "rtc/openssl_handles.hpp"
#include "rtc/srtp.hpp"
#include "rtc/ssrc.hpp"

namespace classcast::rtc {

/// RFC 7714 §8.3, §12: 96-bit IV and salt, 128-bit tag.
constexpr std::size_t kGcmIvSize = 12;
constexpr std::size_t kGcmTagSize = 16;
using GcmIv = std::array<std::uint8_t, kGcmIvSize>;
using GcmSalt = std::array<std::uint8_t, kGcmIvSize>;

/// RFC 7714 §8.1; `index` is roll-over counter and sequence number, 48 bits.
GcmIv gcm_rtp_iv(Ssrc ssrc, std::uint64_t index, const GcmSalt& salt);
/// RFC 7714 §9.1; `index` has 31 bits.
GcmIv gcm_rtcp_iv(Ssrc ssrc, std::uint32_t index, const GcmSalt& salt);

/// Session keys of one direction.
struct GcmSessionKey {
  std::array<std::uint8_t, kSrtpKeySize> key{};
  GcmSalt salt{};
};
struct GcmSessionKeys {
  GcmSessionKey rtp;
  GcmSessionKey rtcp;
};
/// RFC 3711 §4.3 with the 96-bit salt of RFC 7714 §11.
Result<GcmSessionKeys> derive_gcm_keys(const SrtpKey& master);

/// One AES-128-GCM key; only the IV is set anew for each packet.
class GcmCipher {
 public:
  enum class Mode { seal, open };

  static Result<GcmCipher> create(Mode mode, const std::array<std::uint8_t, kSrtpKeySize>& key);
  /// Encrypts `text` in place and writes kGcmTagSize octets to `tag`.
  bool seal(const GcmIv& iv, Bytes aad, MutableBytes text, MutableBytes tag);
  /// RFC 7714 §9: with the second part of the associated data behind the packet, as in SRTCP.
  bool seal(const GcmIv& iv, Bytes aad, Bytes more_aad, MutableBytes text, MutableBytes tag);
  /// Decrypts in place; false, with garbage in `text`, when the tag is wrong.
  bool open(const GcmIv& iv, Bytes aad, Bytes more_aad, MutableBytes text, Bytes tag);

 private:
  explicit GcmCipher(CipherContext context) : context_(std::move(context)) {}
  bool begin(const GcmIv& iv, Bytes aad, Bytes more_aad, MutableBytes text);
  bool take_tag(MutableBytes tag);
  CipherContext context_;
};

Result<std::unique_ptr<SrtpSender>> make_gcm_sender(const SrtpKey& key);
Result<std::unique_ptr<SrtpReceiver>> make_gcm_receiver(const SrtpKey& key);

}  // namespace classcast::rtc
