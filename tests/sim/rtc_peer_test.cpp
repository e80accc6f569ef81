// SPDX-License-Identifier: MIT
// A Peer against a full client over a virtual link: connecting, media both ways, and everything that ends a
// session.
#include "rtc/peer.hpp"
#include "rtc/rtcp/receiver_report.hpp"
#include "sim/network.hpp"
#include "sim/rtc_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace classcast::sim {
namespace {

using namespace rtc;

std::shared_ptr<const Certificate> certificate() {
  static const auto kCertificate = Certificate::create().value();
  return kCertificate;
}
std::shared_ptr<const Certificate> peer_certificate() {
  static const auto kCertificate = Certificate::create().value();
  return kCertificate;
}

const Address kServer = Address::v4({192, 0, 2, 1}, 8443);
const Address kClient = Address::v4({198, 51, 100, 7}, 40000);

Buffer rtp_packet(std::uint16_t seq, std::size_t payload_size = 100) {
  Buffer packet(RtpPacket::kFixedHeader + payload_size);
  Buffer payload(payload_size, static_cast<std::uint8_t>(seq));
  write_rtp(packet, {96, true, seq, std::uint32_t{seq} * 3000, {0x1234}}, payload);
  return packet;
}

/// Both ends and the link between them.
class RtcPeer : public testing::Test, public PeerSink {
 protected:
  void SetUp() override { build({SrtpSuite::aead_aes_128_gcm, SrtpSuite::aes128_cm_sha1_80}); }

  void build(std::vector<SrtpSuite> client_suites, Fingerprint trusted = peer_certificate()->fingerprint()) {
    local = IceCredentials::random();
    remote = IceCredentials::random();
    PeerConfig config{certificate(), local, remote, std::move(trusted)};
    peer = Peer::create(config, *this, network.now()).value();
    RtcClient::Config client_config{peer_certificate(),       remote,     local, certificate()->fingerprint(),
                                    std::move(client_suites), client_role};
    client = std::make_unique<RtcClient>(
        client_config, [this](Bytes datagram) { to_peer(datagram); }, network.now());
    if (timers) return;
    timers = true;
    network.add_timer(
        {[this] { return peer->next_deadline(); }, [this] { peer->handle_timeout(network.now()); }});
    network.add_timer(
        {[this] { return client->next_deadline(); }, [this] { client->handle_timeout(network.now()); }});
  }

  void to_peer(Bytes datagram) {
    if (duplicate) carry_to_peer(datagram);
    carry_to_peer(datagram);
  }

  void carry_to_peer(Bytes datagram) {
    network.carry(datagram, [this, tuple = path](MutableBytes arrived) {
      peer->receive(tuple, arrived, network.now());
    });
  }

  void transmit(const Tuple& tuple, Bytes datagram) override {
    last_destination = tuple.remote;
    network.carry(datagram, [this](MutableBytes arrived) { client->receive(arrived, network.now()); });
  }
  void on_connected() override { connected = true; }
  void on_rtp(RtpPacket packet, Instant) override {
    received.emplace_back(packet.bytes().begin(), packet.bytes().end());
  }
  void on_rtcp(Bytes compound, Instant) override {
    received_rtcp.emplace_back(compound.begin(), compound.end());
  }
  void on_closed(CloseReason reason) override { closed.push_back(reason); }

  bool connect(Duration limit = kConnectTimeout) {
    return network.run_until([this] { return connected && client->connected(); }, limit);
  }

  bool peer_sends(Bytes packet) {
    Buffer buffer(packet.begin(), packet.end());
    buffer.resize(packet.size() + kSrtpOverhead);
    return peer->send_rtp(buffer, packet.size(), network.now());
  }

  Network network{LinkQuality{}};
  Tuple path{kServer, kClient, Transport::udp};
  RtcClient::Role client_role = RtcClient::Role::controlling;
  IceCredentials local;
  IceCredentials remote;
  std::unique_ptr<Peer> peer;
  std::unique_ptr<RtcClient> client;
  std::optional<Address> last_destination;
  std::vector<Buffer> received;
  std::vector<Buffer> received_rtcp;
  std::vector<CloseReason> closed;
  bool connected = false;
  bool timers = false;
  bool duplicate = false;
};

TEST_F(RtcPeer, connects_in_four_round_trips_and_prefers_gcm) {
  auto start = network.now();
  ASSERT_TRUE(connect());
  EXPECT_LE(network.now() - start, 4 * 20ms);
  EXPECT_EQ(peer->suite(), SrtpSuite::aead_aes_128_gcm);
  EXPECT_EQ(client->suite(), SrtpSuite::aead_aes_128_gcm);
  EXPECT_EQ(client->mapped(), kClient);
  EXPECT_EQ(peer->selected(), path);
}

TEST_F(RtcPeer, takes_the_sha1_suite_from_a_client_that_knows_no_other) {
  build({SrtpSuite::aes128_cm_sha1_80});
  ASSERT_TRUE(connect());
  EXPECT_EQ(peer->suite(), SrtpSuite::aes128_cm_sha1_80);
}

class RtcPeerSuites : public RtcPeer, public testing::WithParamInterface<SrtpSuite> {};

TEST_P(RtcPeerSuites, carry_media_and_control_both_ways) {
  build({GetParam()});
  ASSERT_TRUE(connect());
  // Across the wrap of the sequence number, where the roll-over counter counts.
  std::vector<Buffer> sent;
  sent.reserve(100);
  for (int i = 0; i < 100; ++i) sent.push_back(rtp_packet(static_cast<std::uint16_t>(65500 + i)));
  for (const auto& packet : sent) {
    EXPECT_TRUE(client->send_rtp(packet));
    EXPECT_TRUE(peer_sends(packet));
    network.run_for(1ms);
  }
  network.run_for(50ms);
  EXPECT_EQ(received, sent);
  EXPECT_EQ(client->rtp, sent);
  EXPECT_EQ(peer->counters().rtp_received, 100U);
  EXPECT_EQ(peer->counters().rtp_sent, 100U);

  std::array<std::uint8_t, 100> report{};
  Writer writer{MutableBytes(report)};
  rtcp::ReceiverReport{{7}, {}}.write(writer);
  auto size = writer.size();
  EXPECT_TRUE(client->send_rtcp(Bytes(report).first(size)));
  Buffer expected(report.begin(), report.begin() + static_cast<std::ptrdiff_t>(size));
  EXPECT_TRUE(peer->send_rtcp(report, size, network.now()));
  network.run_for(50ms);
  EXPECT_THAT(received_rtcp, testing::ElementsAre(expected));
  EXPECT_THAT(client->rtcp, testing::ElementsAre(expected));
}

INSTANTIATE_TEST_SUITE_P(Both, RtcPeerSuites,
                         testing::Values(SrtpSuite::aead_aes_128_gcm, SrtpSuite::aes128_cm_sha1_80));

class RtcPeerSeeds : public RtcPeer, public testing::WithParamInterface<unsigned> {};

TEST_P(RtcPeerSeeds, connect_over_a_link_that_loses_a_fifth) {
  network = Network(LinkQuality{0.2, 40ms, 20ms}, GetParam());
  timers = false;
  build({SrtpSuite::aead_aes_128_gcm});
  ASSERT_TRUE(connect());
  for (std::uint16_t seq = 0; seq < 200; ++seq) {
    client->send_rtp(rtp_packet(seq));
    network.run_for(1ms);
  }
  network.run_for(100ms);
  EXPECT_GT(received.size(), 120U);
  EXPECT_LT(received.size(), 195U);
}

INSTANTIATE_TEST_SUITE_P(Twenty, RtcPeerSeeds, testing::Range(1U, 21U));

/// STUN and DTLS are repeated until they are through, both ways.
class RtcPeerBadLink : public RtcPeer, public testing::WithParamInterface<unsigned> {};

TEST_P(RtcPeerBadLink, connects_and_restarts_ice_though_a_third_is_lost) {
  network = Network(LinkQuality{0.3, 40ms, 40ms}, GetParam());
  timers = false;
  build({SrtpSuite::aead_aes_128_gcm});
  ASSERT_TRUE(connect());
  auto new_local = IceCredentials::random();
  auto new_remote = IceCredentials::random();
  peer->restart_ice(new_local, new_remote, network.now());
  path.remote = Address::v4({203, 0, 113, 9}, 50000);
  client->restart_ice(new_remote, new_local, network.now());
  ASSERT_TRUE(network.run_until([&] { return client->checked(); }, 5s));
  EXPECT_EQ(peer->selected()->remote, path.remote);
  network.run_for(30s);
  EXPECT_TRUE(closed.empty()) << "consent survives lost checks";
}

INSTANTIATE_TEST_SUITE_P(Twenty, RtcPeerBadLink, testing::Range(1U, 21U));

TEST_F(RtcPeer, takes_media_from_eight_paths_at_once_and_follows_the_nomination) {
  ASSERT_TRUE(connect());
  for (std::uint16_t port = 40001; port < 40008; ++port) {
    path.remote = Address::v4({198, 51, 100, 7}, port);
    client->check(network.now());
    network.run_for(50ms);
    EXPECT_EQ(peer->selected(), path);
  }
  std::uint16_t seq = 1;
  for (std::uint16_t port = 40000; port < 40008; ++port, ++seq) {
    path.remote = Address::v4({198, 51, 100, 7}, port);
    client->send_rtp(rtp_packet(seq));
    network.run_for(50ms);
  }
  EXPECT_EQ(received.size(), 8U);
  path.remote = Address::v4({198, 51, 100, 7}, 40008);
  client->check(network.now());
  network.run_for(50ms);
  path.remote = Address::v4({198, 51, 100, 7}, 40000);
  client->send_rtp(rtp_packet(seq));
  network.run_for(50ms);
  EXPECT_EQ(received.size(), 8U) << "the ninth path has taken the place of the oldest";
}

TEST_F(RtcPeer, expires_when_nobody_ever_connects) {
  client->fall_silent();
  auto start = network.now();
  ASSERT_TRUE(network.run_until([&] { return !closed.empty(); }, 60s));
  EXPECT_EQ(network.now() - start, kConnectTimeout);
  EXPECT_THAT(closed, testing::ElementsAre(CloseReason::timeout));
  EXPECT_FALSE(peer->next_deadline());
}

TEST_F(RtcPeer, expires_when_ice_succeeds_but_dtls_never_starts) {
  build({SrtpSuite::aead_aes_128_gcm});
  network.run_until([&] { return client->checked(); }, 1s);
  network.set_quality({1.0});
  ASSERT_TRUE(network.run_until([&] { return !closed.empty(); }, 60s));
  EXPECT_THAT(closed, testing::ElementsAre(CloseReason::timeout));
}

TEST_F(RtcPeer, loses_consent_after_silence_and_stops_sending) {
  ASSERT_TRUE(connect());
  client->fall_silent();
  auto start = network.now();
  ASSERT_TRUE(network.run_until([&] { return !closed.empty(); }, 60s));
  EXPECT_LE(network.now() - start, kConsentTimeout);
  EXPECT_GT(network.now() - start, kConsentTimeout - 1s);
  EXPECT_THAT(closed, testing::ElementsAre(CloseReason::consent_lost));
  EXPECT_FALSE(peer_sends(rtp_packet(1)));
  EXPECT_TRUE(peer->closed());
}

TEST_F(RtcPeer, takes_media_for_consent) {
  ASSERT_TRUE(connect());
  client->fall_silent();
  for (std::uint16_t second = 0; second < 30; ++second) {
    client->send_rtp(rtp_packet(second));
    network.run_for(1s);
  }
  EXPECT_TRUE(closed.empty());
  EXPECT_EQ(received.size(), 30U);
}

TEST_F(RtcPeer, refuses_to_send_once_consent_has_expired_even_before_the_timer_runs) {
  ASSERT_TRUE(connect());
  Buffer buffer = rtp_packet(1);
  buffer.resize(buffer.size() + kSrtpOverhead);
  auto size = buffer.size() - kSrtpOverhead;
  EXPECT_EQ(peer->protect_rtp(buffer, size, network.now() + kConsentTimeout), 0U);
}

TEST_F(RtcPeer, restarts_ice_onto_another_path_while_media_flows) {
  ASSERT_TRUE(connect());
  auto new_local = IceCredentials::random();
  auto new_remote = IceCredentials::random();
  peer->restart_ice(new_local, new_remote, network.now());
  EXPECT_TRUE(peer_sends(rtp_packet(1)));
  EXPECT_EQ(last_destination, kClient) << "the old path serves until the new one is nominated";

  auto roamed = Address::v4({203, 0, 113, 9}, 50000);
  path.remote = roamed;
  client->restart_ice(new_remote, new_local, network.now());
  ASSERT_TRUE(network.run_until([&] { return client->checked(); }, 5s));
  EXPECT_EQ(peer->selected()->remote, roamed);
  EXPECT_TRUE(peer_sends(rtp_packet(2)));
  EXPECT_EQ(last_destination, roamed);
  network.run_for(30s);
  EXPECT_TRUE(closed.empty());
  EXPECT_EQ(client->rtp.size(), 2U);
}

TEST_F(RtcPeer, keeps_the_session_when_a_restart_fails_and_the_old_path_lives) {
  ASSERT_TRUE(connect());
  peer->restart_ice(IceCredentials::random(), IceCredentials::random(), network.now());
  network.run_for(60s);
  EXPECT_TRUE(closed.empty());
  EXPECT_TRUE(peer_sends(rtp_packet(1)));
}

TEST_F(RtcPeer, turns_a_client_round_that_thinks_it_is_controlled) {
  client_role = RtcClient::Role::controlled;
  build({SrtpSuite::aead_aes_128_gcm});
  ASSERT_TRUE(connect());
  EXPECT_EQ(client->role_conflicts(), 1);
}

TEST_F(RtcPeer, fails_when_the_certificate_is_not_the_one_of_the_offer) {
  auto other = Certificate::create().value();
  build({SrtpSuite::aead_aes_128_gcm}, other->fingerprint());
  ASSERT_TRUE(network.run_until([&] { return !closed.empty(); }, 60s));
  EXPECT_THAT(closed, testing::ElementsAre(CloseReason::dtls_failed));
  EXPECT_FALSE(connected);
}

TEST_F(RtcPeer, notices_that_the_client_hangs_up) {
  ASSERT_TRUE(connect());
  client->close();
  ASSERT_TRUE(network.run_until([&] { return !closed.empty(); }, 1s));
  EXPECT_THAT(closed, testing::ElementsAre(CloseReason::closed_by_peer));
}

TEST_F(RtcPeer, says_goodbye_and_then_ignores_everything) {
  ASSERT_TRUE(connect());
  peer->close();
  ASSERT_TRUE(network.run_until([&] { return client->dtls_state() == Dtls::State::closed; }, 1s));
  EXPECT_TRUE(closed.empty());
  EXPECT_FALSE(peer_sends(rtp_packet(1)));
  client->send_rtp(rtp_packet(1));
  network.run_for(1s);
  EXPECT_TRUE(received.empty());
}

TEST_F(RtcPeer, drops_dtls_and_media_from_addresses_that_stun_has_not_checked) {
  ASSERT_TRUE(connect());
  path.remote = Address::v4({203, 0, 113, 66}, 1);
  client->send_rtp(rtp_packet(1));
  network.run_for(50ms);
  EXPECT_TRUE(received.empty());
  EXPECT_EQ(peer->counters().unvalidated, 1U);
  Buffer hello = {22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  peer->receive(path, hello, network.now());
  EXPECT_EQ(peer->counters().unvalidated, 2U);
  EXPECT_EQ(peer->selected()->remote, kClient);
}

TEST_F(RtcPeer, drops_replayed_and_forged_packets) {
  ASSERT_TRUE(connect());
  duplicate = true;
  client->send_rtp(rtp_packet(9));
  network.run_for(50ms);
  EXPECT_EQ(received.size(), 1U);
  EXPECT_EQ(peer->counters().srtp_rejected, 1U);
  Buffer forged = rtp_packet(10);
  forged.resize(forged.size() + kSrtpOverhead);
  peer->receive(path, forged, network.now());
  EXPECT_EQ(received.size(), 1U);
  EXPECT_EQ(peer->counters().srtp_rejected, 2U);
}

TEST_F(RtcPeer, survives_hostile_datagrams_of_every_kind) {
  ASSERT_TRUE(connect());
  std::mt19937 random(7);
  for (int i = 0; i < 20000; ++i) {
    Buffer datagram(std::uniform_int_distribution<std::size_t>(0, 200)(random));
    for (auto& octet : datagram) octet = static_cast<std::uint8_t>(random());
    constexpr std::array<std::uint8_t, 5> kFirst = {0, 1, 22, 128, 144};
    if (!datagram.empty()) datagram[0] = kFirst[static_cast<std::size_t>(i) % kFirst.size()];
    peer->receive(path, datagram, network.now());
  }
  client->send_rtp(rtp_packet(1));
  network.run_for(50ms);
  EXPECT_TRUE(closed.empty());
  EXPECT_EQ(received.size(), 1U);
}

TEST_F(RtcPeer, bounds_what_a_handshake_may_feed_it) {
  build({SrtpSuite::aead_aes_128_gcm});
  network.run_until([&] { return client->checked(); }, 1s);
  network.set_quality({1.0});
  Buffer junk(1000, 0);
  junk[0] = 22;
  for (int i = 0; i < 200 && closed.empty(); ++i) peer->receive(path, junk, network.now());
  EXPECT_THAT(closed, testing::ElementsAre(CloseReason::dtls_failed));
}

}  // namespace
}  // namespace classcast::sim
