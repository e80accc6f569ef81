// SPDX-License-Identifier: MIT
// Two media loops without threads, turned by hand: what several of them do at once happens here in a chosen
// order.
#include "relay/media_loop.hpp"

#include "relay/socket_address.hpp"
#include "sim/relay_world.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>

namespace classcast::relay {

namespace {

const rtc::Address kLoopback = *rtc::Address::parse("127.0.0.1", 0);

std::shared_ptr<const rtc::Certificate> certificate() {
  static const std::shared_ptr<const rtc::Certificate> kCertificate = rtc::Certificate::create().value();
  return kCertificate;
}

/// Two loops that share their rooms; each has a port of its own, so that the test says who gets a datagram.
struct TwoLoops {
  TwoLoops() {
    Shard shard;
    for (auto& loop : loops) {
      auto socket = UdpSocket::bind(kLoopback, {});
      loop = MediaLoop::create(
                 std::move(*socket), {}, certificate(), [](const SessionNote&) {}, shard)
                 .value();
      ++shard.index;
    }
    for (auto& loop : loops) loop->join({loops[0].get(), loops[1].get()}, nullptr);
  }
  void turn() {
    for (auto& loop : loops) loop->run_once();
  }
  std::array<std::unique_ptr<MediaLoop>, 2> loops;
};

/// A browser's port: whoever uses it is the same remote address for the relay.
class Port {
 public:
  explicit Port(const rtc::Address& to) : fd_(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    to_size_ = to_sockaddr(to, AF_INET, to_);
  }
  void send(Bytes datagram) {
    sendto(fd_.get(), datagram.data(), datagram.size(), 0, reinterpret_cast<sockaddr*>(&to_), to_size_);
  }
  /// What has come, without waiting.
  void receive(sim::RtcClient& client) {
    std::array<std::uint8_t, UdpSocket::kMaxReceived> buffer{};
    for (ssize_t got = 0; (got = recv(fd_.get(), buffer.data(), buffer.size(), 0)) > 0;)
      client.receive(MutableBytes(buffer).first(static_cast<std::size_t>(got)), now());
  }

 private:
  Descriptor fd_;
  sockaddr_storage to_{};
  socklen_t to_size_ = 0;
};

/// Publishes a room of `loop` from the port.
std::unique_ptr<sim::RtcClient> publisher(MediaLoop& loop, const char* room, Port& port) {
  auto ice = rtc::IceCredentials::random();
  std::string answer;
  loop.post([&](Sessions& sessions, Instant at) {
    auto text = sim::offer(SessionRole::publish, ice, certificate()->fingerprint());
    auto ours = rtc::Candidate::host_candidate(loop.socket().local(), rtc::Transport::udp, 65535);
    auto opened = sessions.open({SessionRole::publish, *RoomId::parse(room), text, {ours}}, at);
    if (opened) answer = opened->answer;
  });
  loop.run_once();
  auto theirs = rtc::SessionDescription::parse(answer).value().media.front();
  return std::make_unique<sim::RtcClient>(
      sim::RtcClient::Config{certificate(),
                             ice,
                             {theirs.ufrag, theirs.pwd},
                             certificate()->fingerprint(),
                             {rtc::SrtpSuite::aead_aes_128_gcm}},
      [&port](Bytes datagram) { port.send(datagram); }, now());
}

bool connects(TwoLoops& relay, Port& port, sim::RtcClient& client) {
  for (auto end = now() + 10s; !client.connected() && now() < end;) {
    client.handle_timeout(now());
    relay.turn();
    port.receive(client);
  }
  return client.connected();
}

}  // namespace

TEST(MediaLoop, APeerWhoseDatagramsComeToAnotherThreadConnects) {
  TwoLoops relay;
  Port port(relay.loops[0]->socket().local());
  auto client = publisher(*relay.loops[1], "room-1", port);
  EXPECT_TRUE(connects(relay, port, *client));
}

// The news that a port has a new owner comes to the thread that reads it after that thread has looked for
// news and before it looks at its socket, together with the new owner's ClientHello: the former one must not
// get it.
TEST(MediaLoop, APortThatIsUsedAgainBelongsToTheNewPeerAtOnce) {
  TwoLoops relay;
  Port port(relay.loops[0]->socket().local());
  auto former = publisher(*relay.loops[0], "room-1", port);
  ASSERT_TRUE(connects(relay, port, *former));
  auto client = publisher(*relay.loops[1], "room-2", port);
  client->check(now());
  relay.loops[0]->run_once();  // hands the check over
  relay.loops[0]->post([&](Sessions&, Instant) {
    relay.loops[1]->run_once();  // tells the first loop, then answers the check
    port.receive(*client);       // and the client says hello
  });
  relay.loops[0]->run_once();
  ASSERT_TRUE(client->checked());
  // Nobody repeats anything here: a hello that went to the wrong peer would be lost.
  for (auto end = now() + 5s; !client->connected() && now() < end; port.receive(*client)) relay.turn();
  EXPECT_TRUE(client->connected());
}

}  // namespace classcast::relay
