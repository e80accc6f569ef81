// SPDX-License-Identifier: MIT
#include "rtc/srtp_sha1.hpp"

#include "rtc/bounded.hpp"
#include "rtc/rtp.hpp"
#include "rtc/ssrc.hpp"

#include <srtp2/srtp.h>

#include <algorithm>
#include <optional>

namespace classcast::rtc {

namespace {

/// RFC 3711 §5.2: 80 bits.
constexpr std::size_t kTagSize = 10;
constexpr std::size_t kSha1RtcpTrailer = kTagSize + 4;
constexpr std::size_t kSha1RtcpHeader = 8;

struct SrtpFree {
  void operator()(srtp_t session) const { srtp_dealloc(session); }
};
using Session = std::unique_ptr<srtp_ctx_t, SrtpFree>;

bool library_ready() {
  static const bool kReady = srtp_init() == srtp_err_status_ok;
  return kReady;
}

Result<Session> make_session(const SrtpKey& key, srtp_ssrc_type_t direction) {
  if (!library_ready()) return fail(Errc::internal, "libsrtp2 does not start");
  std::array<unsigned char, kSrtpKeySize + kMaxSrtpSaltSize> master{};
  std::copy(key.key.begin(), key.key.end(), master.begin());
  std::copy(key.salt.begin(), key.salt.end(), master.begin() + kSrtpKeySize);
  srtp_policy_t policy{};
  srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
  srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
  policy.ssrc.type = direction;
  policy.key = master.data();
  policy.window_size = kReplayWindow;
  policy.allow_repeat_tx = 1;
  srtp_t session = nullptr;
  if (srtp_create(&session, &policy) != srtp_err_status_ok)
    return fail(Errc::internal, "libsrtp2 refuses a key");
  return Session(session);
}

/// libsrtp2 makes a stream for every SSRC that it meets: this counts them.
class KnownSsrcs {
 public:
  [[nodiscard]] bool admits(Ssrc ssrc) const { return !ssrcs_.full() || knows(ssrc); }
  void add(Ssrc ssrc) {
    if (!knows(ssrc)) ssrcs_.push_back(ssrc);
  }

 private:
  [[nodiscard]] bool knows(Ssrc ssrc) const {
    return std::find(ssrcs_.begin(), ssrcs_.end(), ssrc) != ssrcs_.end();
  }
  Bounded<Ssrc, kMaxSrtpStreams> ssrcs_;
};

std::optional<Ssrc> ssrc_at(Bytes packet, std::size_t at) {
  Reader reader(packet);
  reader.skip(at);
  auto value = reader.u32();
  if (!value) return std::nullopt;
  return Ssrc{*value};
}

using Transform = srtp_err_status_t (*)(srtp_t, void*, int*);

/// One libsrtp2 session with its bound on SSRCs.
class Engine {
 public:
  explicit Engine(Session session) : session_(std::move(session)) {}

  std::size_t apply(Transform transform, MutableBytes packet, std::size_t ssrc_offset, KnownSsrcs& known) {
    auto ssrc = ssrc_at(packet, ssrc_offset);
    if (!ssrc || !known.admits(*ssrc)) return 0;
    int length = static_cast<int>(packet.size());
    if (transform(session_.get(), packet.data(), &length) != srtp_err_status_ok) return 0;
    known.add(*ssrc);
    return static_cast<std::size_t>(length);
  }
  std::size_t rtp(Transform transform, MutableBytes packet) { return apply(transform, packet, 8, rtp_); }
  std::size_t rtcp(Transform transform, MutableBytes packet) { return apply(transform, packet, 4, rtcp_); }

 private:
  Session session_;
  KnownSsrcs rtp_;
  KnownSsrcs rtcp_;
};

class Sha1Sender : public SrtpSender {
 public:
  explicit Sha1Sender(Session session) : engine_(std::move(session)) {}

  std::size_t protect_rtp(MutableBytes buffer, std::size_t size) override {
    if (size > buffer.size() || buffer.size() - size < kTagSize || !rtp_header_size(buffer.first(size)))
      return 0;
    return engine_.rtp(srtp_protect, buffer.first(size));
  }
  std::size_t protect_rtcp(MutableBytes buffer, std::size_t size) override {
    if (size > buffer.size() || buffer.size() - size < kSha1RtcpTrailer || size < kSha1RtcpHeader) return 0;
    return engine_.rtcp(srtp_protect_rtcp, buffer.first(size));
  }

 private:
  Engine engine_;
};

class Sha1Receiver : public SrtpReceiver {
 public:
  explicit Sha1Receiver(Session session) : engine_(std::move(session)) {}

  std::size_t unprotect_rtp(MutableBytes packet) override {
    auto header = rtp_header_size(packet);
    if (!header || packet.size() < *header + kTagSize) return 0;
    return engine_.rtp(srtp_unprotect, packet);
  }
  std::size_t unprotect_rtcp(MutableBytes packet) override {
    if (packet.size() < kSha1RtcpHeader + kSha1RtcpTrailer) return 0;
    return engine_.rtcp(srtp_unprotect_rtcp, packet);
  }

 private:
  Engine engine_;
};

}  // namespace

Result<std::unique_ptr<SrtpSender>> make_sha1_sender(const SrtpKey& key) {
  auto session = make_session(key, ssrc_any_outbound);
  if (!session) return fail(session);
  return std::make_unique<Sha1Sender>(std::move(*session));
}

Result<std::unique_ptr<SrtpReceiver>> make_sha1_receiver(const SrtpKey& key) {
  auto session = make_session(key, ssrc_any_inbound);
  if (!session) return fail(session);
  return std::make_unique<Sha1Receiver>(std::move(*session));
}

}  // namespace classcast::rtc
