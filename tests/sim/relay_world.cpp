// SPDX-License-Identifier: MIT
#include "sim/relay_world.hpp"

#include "rtc/demux.hpp"
#include "rtc/rtcp/nack.hpp"
#include "rtc/rtcp/packet.hpp"
#include "rtc/rtcp/pli.hpp"
#include "rtc/sdp.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>

namespace classcast::sim {

using namespace rtc;
using relay::SessionRole;

namespace {

std::shared_ptr<const Certificate> client_certificate() {
  static const auto kCertificate = Certificate::create().value();
  return kCertificate;
}

constexpr Duration kFrameTime = 40ms;
constexpr std::uint32_t kFrameTicks = 3600;

}  // namespace

std::string offer(SessionRole role, const IceCredentials& ice, const Fingerprint& fingerprint,
                  const Traits& traits) {
  auto publish = role == SessionRole::publish;
  auto text = fmt::format(
      "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
      "m=video 9 UDP/TLS/RTP/SAVPF {0} {1}\r\nc=IN IP4 "
      "0.0.0.0\r\na=mid:0\r\na=ice-ufrag:{2}\r\na=ice-pwd:{3}\r\n"
      "a=fingerprint:{4}\r\na=setup:actpass\r\na={5}\r\na=rtcp-mux\r\na=rtpmap:{0} H264/90000\r\n"
      "a=rtcp-fb:{0} nack\r\na=rtcp-fb:{0} nack pli\r\n"
      "a=fmtp:{0} level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\n"
      "a=rtpmap:{1} rtx/90000\r\na=fmtp:{1} apt={0}\r\n",
      kVideoPt, kRtxPt, ice.ufrag, ice.pwd.reveal(), fingerprint.text(), publish ? "sendonly" : "recvonly");
  if (publish) text += fmt::format("a=msid:s t\r\na=ssrc:{} cname:camera\r\n", traits.ssrc);
  if (traits.can_pause) text += fmt::format("a=rtcp-fb:{} ccm pause\r\n", kVideoPt);
  if (traits.transport_cc) {
    text += fmt::format(
        "a=extmap:{} http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"
        "a=rtcp-fb:{} transport-cc\r\n",
        kTransportId, kVideoPt);
  }
  return text;
}

World::World(LinkQuality quality, unsigned seed)
    : network(quality, seed),
      certificate(Certificate::create().value()),
      sessions(limits, certificate, *this, [this](const relay::SessionNote& note) {
        notes.push_back(note.what == relay::SessionNote::What::came ? "came" : note.reason);
      }) {
  network.add_timer(
      {[this] { return sessions.next_deadline(); }, [this] { sessions.handle_timeout(network.now()); }});
}

void World::receive(const Tuple& path, MutableBytes datagram) {
  if (inside != nullptr) *inside = classify(datagram) == DatagramKind::rtp;
  sessions.receive(path, datagram, network.now());
  if (inside != nullptr) *inside = false;
}

void World::send(const Tuple& tuple, Bytes datagram) {
  const bool was_inside = inside != nullptr && inside->exchange(false);
  carry(tuple, datagram);
  if (was_inside) *inside = true;
}

void World::carry(const Tuple& tuple, Bytes datagram) {
  Duration queued = 0ms;
  if (auto bottleneck = bottlenecks.find(tuple.remote); bottleneck != bottlenecks.end()) {
    auto taken = bottleneck->second.take(datagram.size(), network.now());
    if (!taken) return;
    queued = *taken;
  }
  auto deliver = [this, remote = tuple.remote](MutableBytes arrived) {
    if (auto client = clients.find(remote); client != clients.end()) client->second(arrived);
  };
  network.carry(datagram, deliver, queued);
}

relay::Outcome<relay::Opened> World::open(SessionRole role, const std::string& offer, const Traits& traits) {
  auto ours = Candidate::host_candidate(address, Transport::udp, 65535);
  return sessions.open({role, room, offer, {ours}, traits.part, traits.layer}, network.now());
}

Client::Client(World& world, SessionRole role, const Traits& traits)
    : world_(world), role_(role), path_{world.address, Address::v4({198, 51, 100, 7}, world.next_port++)} {
  auto result = world.open(role, offer(role, ice, client_certificate()->fingerprint(), traits), traits);
  EXPECT_TRUE(result) << (result ? "" : result.error().detail);
  if (!result) return;
  opened = *result;
  auto answer = SessionDescription::parse(opened.answer).value();
  IceCredentials theirs{answer.media[0].ufrag, answer.media[0].pwd};
  client = std::make_unique<RtcClient>(
      RtcClient::Config{
          client_certificate(), ice, theirs, world.certificate->fingerprint(), {SrtpSuite::aead_aes_128_gcm}},
      [this](Bytes datagram) { to_relay(datagram); }, world.network.now());
  world.clients[path_.remote] = [this](MutableBytes arrived) {
    client->receive(arrived, world_.network.now());
    on_datagram();
  };
  world.network.add_timer({[this] { return client ? client->next_deadline() : std::nullopt; },
                           [this] { client->handle_timeout(world_.network.now()); }});
}

Client::~Client() {
  world_.clients.erase(path_.remote);
}

void Client::to_relay(Bytes datagram) {
  world_.network.carry(datagram,
                       [this, path = path_](MutableBytes arrived) { world_.receive(path, arrived); });
}

void CameraClient::film(int frames, int gop) {
  for (int i = 0; i < frames; ++i) {
    world_.network.at(world_.network.now() + i * kFrameTime, [this, key = i % gop == 0] { send_frame(key); });
  }
}

void CameraClient::send_frame(bool key) {
  for (int i = 0; i < kPacketsPerFrame; ++i, ++seq_) {
    Buffer packet(1000);
    // An FU-A (RFC 6184 §5.8) of an IDR or another slice; only the first has the start bit.
    Buffer payload(900, 0x55);
    payload[0] = 0x7c;
    payload[1] = static_cast<std::uint8_t>((i == 0 ? 0x80 : 0) | (key ? 5 : 1));
    RtpHeader header{kVideoPt, i + 1 == kPacketsPerFrame, seq_, timestamp_, {kCameraSsrc}};
    packet.resize(write_rtp(packet, header, payload));
    sent_[seq_] = packet;
    client->send_rtp(packet);
  }
  timestamp_ += kFrameTicks;
}

void CameraClient::on_datagram() {
  for (const auto& compound : std::exchange(client->rtcp, {})) {
    rtcp::Compound packets(compound);
    while (auto packet = packets.next()) {
      if (packet->type == rtcp::Type::payload_feedback && rtcp::Pli::parse(*packet)) ++keyframe_requests;
      if (packet->type != rtcp::Type::transport_feedback) continue;
      if (auto nack = rtcp::Nack::parse(*packet)) {
        nack->for_each([this](std::uint16_t seq) {
          if (auto lost = sent_.find(seq); lost != sent_.end()) client->send_rtp(lost->second);
        });
      }
    }
  }
}

void ViewerClient::on_datagram() {
  client->rtcp.clear();
  for (auto& buffer : std::exchange(client->rtp, {})) {
    if (auto packet = RtpPacket::parse(buffer)) take(*packet);
  }
}

void ViewerClient::take(RtpPacket packet) {
  if (packet.payload_type() == kRtxPt) {
    auto original = unwrap_rtx(packet, {{*ssrcs.begin()}, kVideoPt});
    ASSERT_TRUE(original);
    packet = *original;
  } else {
    ssrcs.insert(packet.ssrc().value);
  }
  auto [known, fresh] = received.emplace(unwrapper_.unwrap(packet.seq()), packet.timestamp());
  EXPECT_TRUE(fresh || known->second == packet.timestamp()) << "a repetition has its first timestamp";
}

std::int64_t ViewerClient::missing() const {
  if (received.empty()) return 0;
  return received.rbegin()->first - received.begin()->first + 1 - static_cast<std::int64_t>(received.size());
}

void ViewerClient::ask_again() {
  if (missing() == 0) return;
  rtcp::Nack nack{.sender = {1}, .media = {*ssrcs.begin()}, .items = {}};
  auto next = received.begin()->first;
  for (const auto& [seq, timestamp] : received) {
    for (; next < seq; ++next) nack.add(static_cast<std::uint16_t>(next));
    next = seq + 1;
  }
  std::array<std::uint8_t, 1200> buffer{};
  Writer writer(buffer);
  nack.write(writer);
  client->send_rtcp(writer.written());
}

}  // namespace classcast::sim
