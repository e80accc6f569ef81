// SPDX-License-Identifier: MIT
#include "rtc/address.hpp"

#include "rtc/demux.hpp"

#include <gtest/gtest.h>

#include <unordered_set>

namespace classcast::rtc {
namespace {

TEST(Address, reads_and_writes_both_families) {
  EXPECT_EQ(Address::parse("192.0.2.1", 80)->text(), "192.0.2.1:80");
  EXPECT_EQ(Address::parse("2001:DB8::1", 80)->text(), "[2001:db8::1]:80");
  EXPECT_EQ(Address::parse("192.0.2.1", 80)->octets().size(), 4U);
  EXPECT_EQ(Address::parse("::1", 80)->octets().size(), 16U);
  for (auto text : {"", "localhost", "192.0.2", "192.0.2.1 ", "fe80::1%eth0", "6f1c.local"}) {
    EXPECT_FALSE(Address::parse(text, 80)) << text;
  }
  EXPECT_FALSE(Address::parse(std::string(100, '1'), 80));
}

TEST(Address, of_a_mapped_ipv4_is_that_ipv4) {
  EXPECT_EQ(Address::parse("::ffff:192.0.2.1", 80), Address::v4({192, 0, 2, 1}, 80));
}

TEST(Address, compares_and_hashes_by_value) {
  std::unordered_set<Tuple> tuples;
  auto local = Address::v4({192, 0, 2, 1}, 1);
  for (std::uint16_t port = 0; port < 100; ++port) {
    tuples.insert({local, Address::v4({192, 0, 2, 2}, port), Transport::udp});
    tuples.insert({local, Address::v4({192, 0, 2, 2}, port), Transport::tcp});
    tuples.insert({local, Address::v4({192, 0, 2, 2}, port), Transport::udp});
  }
  EXPECT_EQ(tuples.size(), 200U);
  EXPECT_NE(Address::v4({0, 0, 0, 0}, 1), *Address::parse("::", 1));
}

TEST(Demux, tells_protocols_by_their_first_octets) {
  auto kind = [](std::uint8_t first, std::uint8_t second = 0) {
    Buffer datagram = {first, second};
    return classify(datagram);
  };
  EXPECT_EQ(kind(0), DatagramKind::stun);
  EXPECT_EQ(kind(3), DatagramKind::stun);
  EXPECT_EQ(kind(4), DatagramKind::unknown);
  EXPECT_EQ(kind(20), DatagramKind::dtls);
  EXPECT_EQ(kind(63), DatagramKind::dtls);
  EXPECT_EQ(kind(64), DatagramKind::unknown);
  EXPECT_EQ(kind(128, 96), DatagramKind::rtp);
  EXPECT_EQ(kind(191, 0x80 | 96), DatagramKind::rtp);
  EXPECT_EQ(kind(128, 191), DatagramKind::rtp);
  EXPECT_EQ(kind(128, 192), DatagramKind::rtcp);
  EXPECT_EQ(kind(128, 200), DatagramKind::rtcp);
  EXPECT_EQ(kind(128, 223), DatagramKind::rtcp);
  EXPECT_EQ(kind(128, 224), DatagramKind::rtp);
  EXPECT_EQ(kind(192), DatagramKind::unknown);
  EXPECT_EQ(classify({}), DatagramKind::unknown);
}

}  // namespace
}  // namespace classcast::rtc
