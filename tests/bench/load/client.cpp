// SPDX-License-Identifier: MIT
#include "bench/load/client.hpp"

#include "relay/socket_address.hpp"
#include "rtc/demux.hpp"
#include "rtc/sdp.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

namespace classcast::load {

namespace {

constexpr Duration kConnectTime = 20s;
constexpr std::uint32_t kCameraSsrc = 4242;

std::string offer(Direction direction, const rtc::IceCredentials& ice) {
  auto publish = direction == Direction::publish;
  auto text = fmt::format(
      "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
      "m=video 9 UDP/TLS/RTP/SAVPF {0}\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=ice-ufrag:{1}\r\na=ice-pwd:{2}\r\n"
      "a=fingerprint:{3}\r\na=setup:actpass\r\na={4}\r\na=rtcp-mux\r\na=rtpmap:{0} H264/90000\r\n"
      "a=rtcp-fb:{0} nack\r\na=rtcp-fb:{0} nack pli\r\n"
      "a=fmtp:{0} level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\n",
      kVideoPt, ice.ufrag, ice.pwd.reveal(), client_certificate()->fingerprint().text(),
      publish ? "sendonly" : "recvonly");
  if (publish) text += fmt::format("a=msid:s t\r\na=ssrc:{} cname:camera\r\n", kCameraSsrc);
  return text;
}

relay::Descriptor udp_socket(const Network& network) {
  int fd = -1;
  auto open_one = [&fd] { fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); };
  if (network.name_space < 0) {
    open_one();
  } else {
    // A socket stays in the namespace it was made in; only this thread goes there.
    std::thread([&] {
      if (setns(network.name_space, CLONE_NEWNET) == 0) open_one();
    }).join();
  }
  return relay::Descriptor(fd);
}

Result<relay::Descriptor> connected_socket(const rtc::Address& remote, const Network& network) {
  constexpr int kBuffer = 2 << 20;
  auto fd = udp_socket(network);
  sockaddr_storage address{};
  auto size = relay::to_sockaddr(remote, AF_INET, address);
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &kBuffer, sizeof kBuffer);
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kBuffer, sizeof kBuffer);  // as root beyond rmem_max
  if (!fd.valid() || connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) {
    return fail(Errc::unavailable, "no socket to {}: {}", remote.text(), std::strerror(errno));
  }
  return fd;
}

std::optional<rtc::Address> reachable(const rtc::SessionDescription& answer) {
  for (const auto& media : answer.media) {
    for (const auto& candidate : media.candidates) {
      auto address = candidate.address();
      auto usable = address && address->family() == rtc::Address::Family::v4;
      if (usable && candidate.transport == rtc::Transport::udp) return address;
    }
  }
  return std::nullopt;
}

}  // namespace

const std::shared_ptr<const rtc::Certificate>& client_certificate() {
  static const std::shared_ptr<const rtc::Certificate> kCertificate = rtc::Certificate::create().value();
  return kCertificate;
}

Result<std::unique_ptr<Client>> Client::open(const Http& http, Direction direction, const std::string& room,
                                             const Network& network) {
  auto local = rtc::IceCredentials::random();
  auto path = (direction == Direction::publish ? "/whip/" : "/whep/") + room;
  auto reply = http.request("POST", path, "application/sdp", offer(direction, local));
  if (!reply) return fail(reply);
  if (reply->status != 201) {
    return fail(Errc::unavailable, "{} answers {}: {}", path, reply->status, reply->body);
  }
  auto client = connect(reply->body, std::move(local), network);
  if (client) (*client)->session_ = reply->headers["location"];
  return client;
}

Result<std::unique_ptr<Client>> Client::connect(const std::string& description, rtc::IceCredentials local,
                                                const Network& network) {
  std::unique_ptr<Client> client(new Client());
  if (auto connected = client->handshake(description, std::move(local), network); !connected)
    return fail(connected);
  return client;
}

Result<void> Client::handshake(const std::string& description, rtc::IceCredentials local,
                               const Network& network) {
  auto answer = rtc::SessionDescription::parse(description);
  if (!answer) return fail(answer);
  auto remote = reachable(*answer);
  if (!remote) return fail(Errc::invalid, "no candidate to reach it by");
  auto fd = connected_socket(*remote, network);
  if (!fd) return fail(fd);
  fd_ = std::move(*fd);
  const auto& media = answer->media.front();
  if (media.fingerprints.empty()) return fail(Errc::invalid, "no fingerprint in the answer");
  // A full agent that made the offer is in control and checks us too (RFC 8445 §6.1.1).
  if (!answer->ice_lite) ice_.emplace(local, rtc::IceCredentials{media.ufrag, media.pwd});
  rtc_ = std::make_unique<sim::RtcClient>(
      sim::RtcClient::Config{client_certificate(),
                             std::move(local),
                             {media.ufrag, media.pwd},
                             media.fingerprints.front(),
                             {rtc::SrtpSuite::aead_aes_128_gcm, rtc::SrtpSuite::aes128_cm_sha1_80},
                             ice_ ? sim::RtcClient::Role::controlled : sim::RtcClient::Role::controlling},
      [this](Bytes datagram) {
        [[maybe_unused]] auto sent = ::send(fd_.get(), datagram.data(), datagram.size(), 0);
      },
      now());
  rtc_->handle_timeout(now());
  bool connected = receive_until(now() + kConnectTime, [this] { return rtc_->connected(); });
  if (!connected) return fail(Errc::timeout, "no connection to {}", remote->text());
  return {};
}

void Client::wait(Instant deadline) const {
  auto until = std::min(deadline, rtc_->next_deadline().value_or(deadline));
  auto left = std::max<Duration>(until - now(), 0ns).count();
  constexpr std::int64_t kPerSecond = 1'000'000'000;
  timespec time{left / kPerSecond, left % kPerSecond};
  pollfd ready{fd(), POLLIN, 0};
  ppoll(&ready, 1, &time, nullptr);
}

void Client::receive() {
  std::array<std::uint8_t, relay::UdpSocket::kMaxReceived> buffer;
  for (ssize_t got; (got = recv(fd(), buffer.data(), buffer.size(), MSG_DONTWAIT)) > 0;) {
    auto datagram = MutableBytes(buffer).first(static_cast<std::size_t>(got));
    answer_check(datagram);
    rtc_->receive(datagram, now());
  }
}

void Client::answer_check(Bytes datagram) {
  if (!ice_ || rtc::classify(datagram) != rtc::DatagramKind::stun) return;
  std::array<std::uint8_t, rtc::IceLite::kMaxResponse> out{};
  auto response = ice_->receive({}, datagram, out, now());
  if (response.empty()) return;
  [[maybe_unused]] auto sent = ::send(fd_.get(), response.data(), response.size(), 0);
}

bool Client::hang_up(const Http& http) {
  auto reply = http.request("DELETE", session_);
  return reply && reply->status == 200;
}

}  // namespace classcast::load
