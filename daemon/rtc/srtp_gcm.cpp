// SPDX-License-Identifier: MIT
#include "rtc/srtp_gcm.hpp"

#include "rtc/bounded.hpp"
#include "rtc/replay_window.hpp"
#include "rtc/rtp.hpp"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <algorithm>

namespace classcast::rtc {

namespace {

/// RFC 3711 §3.4: a bit that says "encrypted", and 31 bits of index.
constexpr std::uint32_t kEncryptedFlag = 0x80000000U;
constexpr std::size_t kRtcpIndexSize = 4;
constexpr std::size_t kRtcpHeader = 8;
constexpr std::size_t kRtcpTrailer = kGcmTagSize + kRtcpIndexSize;
/// RFC 3711 §9.2: no more than 2^31 SRTCP packets under one key.
constexpr std::uint32_t kMaxRtcpIndex = 0x7fffffffU;

/// Fetching costs more than a packet, so it is done once.
const EVP_CIPHER* gcm_cipher() {
  static const CipherHandle kCipher(EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr));
  return kCipher.get();
}

const EVP_CIPHER* counter_cipher() {
  static const CipherHandle kCipher(EVP_CIPHER_fetch(nullptr, "AES-128-CTR", nullptr));
  return kCipher.get();
}

std::uint32_t read_u32(Bytes data, std::size_t at) {
  return (std::uint32_t{data[at]} << 24) | (std::uint32_t{data[at + 1]} << 16) |
         (std::uint32_t{data[at + 2]} << 8) | data[at + 3];
}

void write_u32(MutableBytes data, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) data[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

Ssrc rtp_ssrc(Bytes packet) {
  return {read_u32(packet, 8)};
}

std::uint16_t rtp_seq(Bytes packet) {
  return static_cast<std::uint16_t>((packet[2] << 8) | packet[3]);
}

/// RFC 3711 §4.3.2.
enum class Label : std::uint8_t { rtp_key = 0, rtp_salt = 2, rtcp_key = 3, rtcp_salt = 5 };

/// RFC 3711 §4.3.3: AES counter mode over zeros, from (label XOR salt) * 2^16. The 96-bit salt of RFC 7714
/// stands at the left of the 112 bits.
bool derive(const SrtpKey& master, Label label, MutableBytes out) {
  std::array<std::uint8_t, 16> counter{};
  std::copy_n(master.salt.begin(), srtp_salt_size(SrtpSuite::aead_aes_128_gcm), counter.begin());
  counter[7] ^= static_cast<std::uint8_t>(label);
  CipherContext context(EVP_CIPHER_CTX_new());
  int size = 0;
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  return context &&
         EVP_EncryptInit_ex2(context.get(), counter_cipher(), master.key.data(), counter.data(), nullptr) ==
             1 &&
         EVP_EncryptUpdate(context.get(), out.data(), &size, out.data(), static_cast<int>(out.size())) == 1;
}

template <typename Stream>
using Streams = Bounded<Stream, kMaxSrtpStreams>;

template <typename Stream>
Stream* find(Streams<Stream>& streams, Ssrc ssrc) {
  auto* found = std::find_if(streams.begin(), streams.end(), [&](const Stream& s) { return s.ssrc == ssrc; });
  return found == streams.end() ? nullptr : found;
}

template <typename Stream>
Stream* find_or_add(Streams<Stream>& streams, Ssrc ssrc) {
  if (auto* known = find(streams, ssrc)) return known;
  Stream fresh;
  fresh.ssrc = ssrc;
  return streams.push_back(fresh) ? streams.end() - 1 : nullptr;
}

struct Pair {
  GcmCipher rtp;
  GcmCipher rtcp;
};

Result<Pair> make_ciphers(GcmCipher::Mode mode, const GcmSessionKeys& keys) {
  auto rtp = GcmCipher::create(mode, keys.rtp.key);
  if (!rtp) return fail(rtp);
  auto rtcp = GcmCipher::create(mode, keys.rtcp.key);
  if (!rtcp) return fail(rtcp);
  return Pair{std::move(*rtp), std::move(*rtcp)};
}

class GcmSender : public SrtpSender {
 public:
  GcmSender(Pair ciphers, const GcmSessionKeys& keys) : ciphers_(std::move(ciphers)), keys_(keys) {}

  std::size_t protect_rtp(MutableBytes buffer, std::size_t size) override {
    if (size > buffer.size() || buffer.size() - size < kGcmTagSize) return 0;
    auto header = rtp_header_size(buffer.first(size));
    if (!header) return 0;
    auto* stream = find_or_add(rtp_, rtp_ssrc(buffer));
    if (stream == nullptr) return 0;
    auto index = estimate_index(stream->highest, rtp_seq(buffer));
    if (!stream->highest || index > *stream->highest) stream->highest = index;
    auto iv = gcm_rtp_iv(stream->ssrc, index, keys_.rtp.salt);
    bool sealed = ciphers_.rtp.seal(iv, buffer.first(*header), buffer.subspan(*header, size - *header),
                                    buffer.subspan(size, kGcmTagSize));
    return sealed ? size + kGcmTagSize : 0;
  }

  // RFC 7714 §9.2: header | ciphertext | tag | E + index; header, E and index are associated data.
  std::size_t protect_rtcp(MutableBytes buffer, std::size_t size) override {
    if (size > buffer.size() || buffer.size() - size < kRtcpTrailer || size < kRtcpHeader) return 0;
    if (rtcp_index_ == kMaxRtcpIndex) return 0;
    Ssrc ssrc{read_u32(buffer, 4)};
    auto index = ++rtcp_index_;
    auto tail = buffer.subspan(size + kGcmTagSize, kRtcpIndexSize);
    write_u32(tail, 0, index | kEncryptedFlag);
    bool sealed = ciphers_.rtcp.seal(gcm_rtcp_iv(ssrc, index, keys_.rtcp.salt), buffer.first(kRtcpHeader),
                                     tail, buffer.subspan(kRtcpHeader, size - kRtcpHeader),
                                     buffer.subspan(size, kGcmTagSize));
    return sealed ? size + kRtcpTrailer : 0;
  }

 private:
  struct Stream {
    Ssrc ssrc;
    std::optional<std::uint64_t> highest;
  };

  Pair ciphers_;
  GcmSessionKeys keys_;
  Streams<Stream> rtp_;
  /// One counter for all SSRCs: an index is never used twice with any of them.
  std::uint32_t rtcp_index_ = 0;
};

class GcmReceiver : public SrtpReceiver {
 public:
  GcmReceiver(Pair ciphers, const GcmSessionKeys& keys) : ciphers_(std::move(ciphers)), keys_(keys) {}

  std::size_t unprotect_rtp(MutableBytes packet) override {
    auto header = rtp_header_size(packet);
    if (!header || packet.size() < *header + kGcmTagSize) return 0;
    auto ssrc = rtp_ssrc(packet);
    auto* stream = find(rtp_, ssrc);
    if (stream == nullptr && rtp_.full()) return 0;
    auto index = estimate_index(stream != nullptr ? stream->window.highest() : std::nullopt, rtp_seq(packet));
    if (stream != nullptr && !stream->window.is_new(index)) return 0;
    auto size = packet.size() - kGcmTagSize;
    bool genuine = ciphers_.rtp.open(gcm_rtp_iv(ssrc, index, keys_.rtp.salt), packet.first(*header), {},
                                     packet.subspan(*header, size - *header), packet.subspan(size));
    if (!genuine) return 0;
    find_or_add(rtp_, ssrc)->window.mark(index);
    return size;
  }

  std::size_t unprotect_rtcp(MutableBytes packet) override {
    if (packet.size() < kRtcpHeader + kRtcpTrailer) return 0;
    auto size = packet.size() - kRtcpTrailer;
    auto tail = packet.last(kRtcpIndexSize);
    auto word = read_u32(tail, 0);
    // RFC 7714 §9.3 allows authentication without encryption; nobody negotiates it in WebRTC.
    if ((word & kEncryptedFlag) == 0) return 0;
    auto index = word & ~kEncryptedFlag;
    Ssrc ssrc{read_u32(packet, 4)};
    auto* stream = find(rtcp_, ssrc);
    if (stream == nullptr && rtcp_.full()) return 0;
    if (stream != nullptr && !stream->window.is_new(index)) return 0;
    bool genuine = ciphers_.rtcp.open(gcm_rtcp_iv(ssrc, index, keys_.rtcp.salt), packet.first(kRtcpHeader),
                                      tail, packet.subspan(kRtcpHeader, size - kRtcpHeader),
                                      packet.subspan(size, kGcmTagSize));
    if (!genuine) return 0;
    find_or_add(rtcp_, ssrc)->window.mark(index);
    return size;
  }

 private:
  struct RtpStream {
    Ssrc ssrc;
    ReplayWindow<kReplayWindow> window;
  };
  struct RtcpStream {
    Ssrc ssrc;
    ReplayWindow<128> window;
  };

  Pair ciphers_;
  GcmSessionKeys keys_;
  Streams<RtpStream> rtp_;
  Streams<RtcpStream> rtcp_;
};

}  // namespace

//   0  1  2  3  4  5  6  7  8  9 10 11
//  |00|00|    SSRC   |     ROC   | SEQ |   XOR salt
GcmIv gcm_rtp_iv(Ssrc ssrc, std::uint64_t index, const GcmSalt& salt) {
  GcmIv iv = salt;
  for (std::size_t i = 0; i < 4; ++i) iv[2 + i] ^= static_cast<std::uint8_t>(ssrc.value >> (24 - 8 * i));
  for (std::size_t i = 0; i < 6; ++i) iv[6 + i] ^= static_cast<std::uint8_t>(index >> (40 - 8 * i));
  return iv;
}

//   0  1  2  3  4  5  6  7  8  9 10 11
//  |00|00|    SSRC   |00|00|0+ 31 bits |   XOR salt
GcmIv gcm_rtcp_iv(Ssrc ssrc, std::uint32_t index, const GcmSalt& salt) {
  return gcm_rtp_iv(ssrc, index, salt);
}

Result<GcmSessionKeys> derive_gcm_keys(const SrtpKey& master) {
  GcmSessionKeys keys;
  bool ok = derive(master, Label::rtp_key, keys.rtp.key) && derive(master, Label::rtp_salt, keys.rtp.salt) &&
            derive(master, Label::rtcp_key, keys.rtcp.key) &&
            derive(master, Label::rtcp_salt, keys.rtcp.salt);
  if (!ok) return fail(Errc::internal, "cannot derive SRTP keys");
  return keys;
}

Result<GcmCipher> GcmCipher::create(Mode mode, const std::array<std::uint8_t, kSrtpKeySize>& key) {
  CipherContext context(EVP_CIPHER_CTX_new());
  int encrypt = mode == Mode::seal ? 1 : 0;
  if (!context ||
      EVP_CipherInit_ex2(context.get(), gcm_cipher(), key.data(), nullptr, encrypt, nullptr) != 1) {
    return fail(Errc::internal, "OpenSSL refuses an AES-128-GCM key");
  }
  return GcmCipher(std::move(context));
}

bool GcmCipher::begin(const GcmIv& iv, Bytes aad, Bytes more_aad, MutableBytes text) {
  auto* context = context_.get();
  int size = 0;
  if (EVP_CipherInit_ex2(context, nullptr, nullptr, iv.data(), -1, nullptr) != 1) return false;
  if (EVP_CipherUpdate(context, nullptr, &size, aad.data(), static_cast<int>(aad.size())) != 1) return false;
  if (!more_aad.empty() &&
      EVP_CipherUpdate(context, nullptr, &size, more_aad.data(), static_cast<int>(more_aad.size())) != 1) {
    return false;
  }
  return text.empty() ||
         EVP_CipherUpdate(context, text.data(), &size, text.data(), static_cast<int>(text.size())) == 1;
}

bool GcmCipher::seal(const GcmIv& iv, Bytes aad, MutableBytes text, MutableBytes tag) {
  return seal(iv, aad, {}, text, tag);
}

bool GcmCipher::seal(const GcmIv& iv, Bytes aad, Bytes more_aad, MutableBytes text, MutableBytes tag) {
  int size = 0;
  std::array<std::uint8_t, kGcmTagSize> rest{};
  return begin(iv, aad, more_aad, text) && EVP_CipherFinal_ex(context_.get(), rest.data(), &size) == 1 &&
         take_tag(tag);
}

/// Asked for directly, and not by EVP_CIPHER_CTX_ctrl(), which has to find out what is meant: that costs as
/// much as encrypting a hundred octets.
bool GcmCipher::take_tag(MutableBytes tag) {
  std::array<OSSL_PARAM, 2> wanted = {
      OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, tag.data(), kGcmTagSize),
      OSSL_PARAM_construct_end()};
  return EVP_CIPHER_CTX_get_params(context_.get(), wanted.data()) == 1;
}

bool GcmCipher::open(const GcmIv& iv, Bytes aad, Bytes more_aad, MutableBytes text, Bytes tag) {
  int size = 0;
  std::array<std::uint8_t, kGcmTagSize> expected{};
  std::copy_n(tag.begin(), kGcmTagSize, expected.begin());
  return begin(iv, aad, more_aad, text) &&
         EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, kGcmTagSize, expected.data()) == 1 &&
         EVP_CipherFinal_ex(context_.get(), expected.data(), &size) == 1;
}

Result<std::unique_ptr<SrtpSender>> make_gcm_sender(const SrtpKey& key) {
  auto keys = derive_gcm_keys(key);
  if (!keys) return fail(keys);
  auto ciphers = make_ciphers(GcmCipher::Mode::seal, *keys);
  if (!ciphers) return fail(ciphers);
  return std::make_unique<GcmSender>(std::move(*ciphers), *keys);
}

Result<std::unique_ptr<SrtpReceiver>> make_gcm_receiver(const SrtpKey& key) {
  auto keys = derive_gcm_keys(key);
  if (!keys) return fail(keys);
  auto ciphers = make_ciphers(GcmCipher::Mode::open, *keys);
  if (!ciphers) return fail(ciphers);
  return std::make_unique<GcmReceiver>(std::move(*ciphers), *keys);
}

}  // namespace classcast::rtc
