// SPDX-License-Identifier: MIT
// The kernel's filter at the media port: what WebRTC never sends is not seen by us.
#include "relay/socket_filter.hpp"

#include "relay/udp_socket.hpp"
#include "rtc/rtp.hpp"
#include "rtc/stun.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <vector>

namespace classcast::relay {

namespace {

Buffer beginning_with(std::initializer_list<std::uint8_t> head, std::size_t size) {
  Buffer datagram(head);
  datagram.resize(size);
  return datagram;
}

Buffer binding_request() {
  Buffer datagram(200);
  datagram.resize(
      rtc::StunBuilder(datagram, rtc::StunClass::request, {}).username("a:b").finish("password").size());
  return datagram;
}

/// What arrives of `datagrams`, behind a last one that does.
std::vector<Buffer> let_through(const std::vector<Buffer>& datagrams) {
  auto from = UdpSocket::bind(*rtc::Address::parse("127.0.0.1", 0), {}).value();
  auto to = UdpSocket::bind(*rtc::Address::parse("127.0.0.1", 0), {}).value();
  EXPECT_TRUE(refuse_noise(to->fd()));
  const auto last = binding_request();
  for (const auto& datagram : datagrams) from->send({from->local(), to->local()}, datagram);
  from->send({from->local(), to->local()}, last);
  from->flush();
  std::vector<Buffer> got;
  pollfd ready{to->fd(), POLLIN, 0};
  while ((got.empty() || got.back() != last) && poll(&ready, 1, 5000) > 0) {
    to->receive([&](const rtc::Tuple&, MutableBytes bytes) { got.emplace_back(bytes.begin(), bytes.end()); });
  }
  EXPECT_FALSE(got.empty());
  if (!got.empty()) got.pop_back();
  return got;
}

}  // namespace

TEST(SocketFilter, TakesTheProtocolsOfWebRtcWhole) {
  const std::vector<Buffer> sound = {
      beginning_with({0, 1, 0, 8, 0x21, 0x12, 0xa4, 0x42}, 28),  // STUN request
      beginning_with({1, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42}, 20),  // STUN response
      beginning_with({22, 0xfe, 0xff}, 150),                     // ClientHello
      beginning_with({20, 0xfe, 0xfd}, 14),                      // ChangeCipherSpec
      beginning_with({21, 0xfe, 0xfd}, 60),                      // alert
      beginning_with({23, 0xfe, 0xfd}, 60),                      // application data
      beginning_with({0x80, 96}, 22),                            // the shortest SRTP
      beginning_with({0xbf, 0xff}, 1450),                        // SRTP with all bits set
      beginning_with({0x80, 200}, 60),                           // SRTCP
      beginning_with({0x81, 201, 0, 1}, 1400),
  };
  EXPECT_EQ(let_through(sound), sound);
}

TEST(SocketFilter, RefusesEverythingElse) {
  std::vector<Buffer> noise = {
      beginning_with({}, 1),
      beginning_with({0, 1, 0, 8, 0x21, 0x12, 0xa4, 0x43}, 28),  // another cookie
      beginning_with({0, 1, 0, 8, 0x21, 0x12}, 6),               // cut off
      beginning_with({22, 3, 3}, 150),                           // TLS
      beginning_with({22, 0xfe}, 2),                             // cut off
      beginning_with({26, 0xfe, 0xfd}, 60),                      // no content type of DTLS 1.2
      beginning_with({0x80, 96}, 21),                            // no room for a tag
  };
  // Every other first octet.
  for (unsigned first = 4; first < 256; ++first) {
    auto known = (first >= 20 && first <= 25) || (first >= 128 && first <= 191);
    if (!known) noise.push_back(beginning_with({static_cast<std::uint8_t>(first), 0xfe, 0xfd}, 100));
  }
  EXPECT_TRUE(let_through(noise).empty());
}

}  // namespace classcast::relay
