// SPDX-License-Identifier: MIT
#include "fuzz/targets.hpp"
#include "rtc/codec.hpp"
#include "rtc/dtls.hpp"
#include "rtc/ice_lite.hpp"
#include "rtc/negotiate.hpp"
#include "rtc/picture_size.hpp"
#include "rtc/rtcp/bye.hpp"
#include "rtc/rtcp/fir.hpp"
#include "rtc/rtcp/nack.hpp"
#include "rtc/rtcp/pause.hpp"
#include "rtc/rtcp/pli.hpp"
#include "rtc/rtcp/receiver_report.hpp"
#include "rtc/rtcp/remb.hpp"
#include "rtc/rtcp/sdes.hpp"
#include "rtc/rtcp/sender_report.hpp"
#include "rtc/rtcp/transport_cc.hpp"
#include "rtc/rtp.hpp"
#include "rtc/rtx.hpp"
#include "rtc/sdp_fragment.hpp"
#include "rtc/tcp_framing.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace classcast::fuzz {

using namespace rtc;

namespace {

/// Aborts where a fuzzer notices it.
void require(bool condition) {
  if (!condition) std::abort();
}

/// What was read is written and read again as the same.
template <typename Packet>
void round_trip(const rtc::rtcp::PacketView& view) {
  auto packet = Packet::parse(view);
  if (!packet) return;
  std::array<std::uint8_t, 16384> first{};
  Writer writer{MutableBytes(first)};
  packet->write(writer);
  require(writer.ok());
  auto header = rtc::rtcp::Compound(writer.written()).next();
  auto again = header ? Packet::parse(*header) : std::nullopt;
  require(again.has_value());
  std::array<std::uint8_t, 16384> second{};
  Writer rewriter{MutableBytes(second)};
  again->write(rewriter);
  require(std::ranges::equal(writer.written(), rewriter.written()));
}

const WatchParams& watch_params() {
  static const WatchParams kParams{
      {IceCredentials::random(), {Fingerprint::Hash::sha256, Buffer(32)}, {}, 1, TransportCcUse::on},
      "cname",
      "stream",
      {1},
      {2},
      {3}};
  return kParams;
}

}  // namespace

void stun(Bytes input) {
  static const IceCredentials kCredentials = {"evtj", Secret("VOkJxbRl1RmTxUk/WvJxBt")};
  IceLite ice(kCredentials, {"h6vY", kCredentials.pwd});
  std::array<std::uint8_t, IceLite::kMaxResponse> out{};
  auto response = ice.receive({}, input, out, {});
  require(response.empty() || StunMessage::parse(response).has_value());
  (void)stun_local_ufrag(input);
}

void rtp(Bytes input) {
  Buffer copy(input.begin(), input.end());
  auto packet = RtpPacket::parse(copy);
  if (!packet) return;
  for (unsigned id = 0; id < 256; ++id) (void)packet->extension(static_cast<std::uint8_t>(id));
  for (auto codec : {CodecKind::h264, CodecKind::h265, CodecKind::vp8, CodecKind::vp9, CodecKind::av1}) {
    (void)starts_keyframe(codec, packet->payload());
    (void)picture_size(codec, packet->payload());
  }
  Buffer out(copy.size() + 2);
  auto size = wrap_rtx(*packet, {{1}, 97}, 7, out);
  auto rtx = RtpPacket::parse(MutableBytes(out).first(size));
  require(rtx.has_value());
  auto restored = unwrap_rtx(*rtx, {packet->ssrc(), packet->payload_type()});
  require(packet->payload().empty() || std::ranges::equal(restored->payload(), packet->payload()));
}

void rtcp(Bytes input) {
  for (rtc::rtcp::Compound compound(input); auto packet = compound.next();) {
    round_trip<rtc::rtcp::SenderReport>(*packet);
    round_trip<rtc::rtcp::ReceiverReport>(*packet);
    round_trip<rtc::rtcp::Sdes>(*packet);
    round_trip<rtc::rtcp::Bye>(*packet);
    round_trip<rtc::rtcp::Nack>(*packet);
    round_trip<rtc::rtcp::Pli>(*packet);
    round_trip<rtc::rtcp::Fir>(*packet);
    round_trip<rtc::rtcp::Remb>(*packet);
    round_trip<rtc::rtcp::TransportCc>(*packet);
    round_trip<rtc::rtcp::Pause>(*packet);
  }
}

void sdp(Bytes input) {
  auto offer = SessionDescription::parse(as_text(input));
  if (!offer) return;
  auto again = SessionDescription::parse(offer->text());
  require(!again || again->text() == offer->text());
  auto published = answer_publish(*offer, watch_params().common);
  require(!published || SessionDescription::parse(published->answer.text()).has_value());
  auto watched = answer_watch(*offer, {}, watch_params());
  require(!watched || SessionDescription::parse(watched->answer.text()).has_value());
}

void sdp_fragment(Bytes input) {
  auto fragment = SdpFragment::parse(as_text(input));
  if (!fragment) return;
  auto again = SdpFragment::parse(fragment->text());
  require(again && again->text() == fragment->text());
}

void dtls(Bytes input) {
  static const auto kCertificate = Certificate::create().value();
  Dtls::Config config{kCertificate,
                      kCertificate->fingerprint(),
                      {SrtpSuite::aead_aes_128_gcm, SrtpSuite::aes128_cm_sha1_80},
                      Dtls::Role::server};
  std::size_t sent = 0;
  auto server = Dtls::create(config, [&sent](Bytes datagram) {
                  require(datagram.size() <= kDtlsMtu);
                  ++sent;
                }).value();
  Instant now{std::chrono::hours(1)};
  Reader reader(input);
  while (auto size = reader.u16()) {
    auto datagram = reader.bytes(std::min<std::size_t>(*size, reader.left())).value();
    sent = 0;
    server->receive(datagram, now);
    require(sent <= kMaxFlight);
    now += 50ms;
    server->handle_timeout(now);
  }
  require(server->state() != Dtls::State::connected);  // that takes a private key
}

void tcp_framing(Bytes input) {
  // The first octet says in which steps the rest comes.
  if (input.empty()) return;
  std::size_t step = 1 + input[0];
  auto stream = input.subspan(1);
  FrameReader reader;
  std::size_t packets = 0;
  while (!stream.empty() && !reader.broken()) {
    auto space = reader.space();
    require(!space.empty());
    auto count = std::min({step, space.size(), stream.size()});
    std::copy_n(stream.begin(), count, space.begin());
    reader.filled(count);
    stream = stream.subspan(count);
    for (; auto packet = reader.front(); reader.pop()) packets += kFrameHeader + packet->size();
  }
  require(packets < input.size());
}

}  // namespace classcast::fuzz
