// SPDX-License-Identifier: MIT
// UdpSocket over loopback: what is sent in batches arrives as the datagrams that were given, whoever cuts
// them.
#include "relay/udp_socket.hpp"

#include "rtc/rtp.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <vector>

namespace classcast::relay {

namespace {

using Segment = Segmentation;

std::unique_ptr<UdpSocket> on_loopback(Segment segmentation = Segment::kernel) {
  auto socket = UdpSocket::bind(*rtc::Address::parse("127.0.0.1", 0), {.segmentation = segmentation});
  return socket ? std::move(*socket) : nullptr;
}

rtc::Tuple path(const UdpSocket& from, const UdpSocket& to) {
  return {from.local(), to.local(), rtc::Transport::udp};
}

Buffer datagram(std::size_t size, std::size_t number) {
  return Buffer(size, static_cast<std::uint8_t>(number));
}

/// `count` datagrams, or as many as come within a second.
std::vector<Buffer> receive(UdpSocket& socket, std::size_t count) {
  std::vector<Buffer> got;
  pollfd ready{socket.fd(), POLLIN, 0};
  while (got.size() < count && poll(&ready, 1, 1000) > 0) {
    socket.receive(
        [&got](const rtc::Tuple&, MutableBytes bytes) { got.emplace_back(bytes.begin(), bytes.end()); });
  }
  return got;
}

}  // namespace

class UdpSocketTest : public ::testing::TestWithParam<Segment> {};

TEST_P(UdpSocketTest, DeliversEveryDatagramAsItWas) {
  auto from = on_loopback(GetParam());
  auto to = on_loopback();
  auto other = on_loopback();
  ASSERT_TRUE(from && to && other);
  // Runs of equal size, one that ends with a shorter one, one that grows, and another peer in between.
  const std::vector<std::size_t> sizes = {1200, 1200, 1200, 700, 700, 900, 1, 1200, 1200};
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    from->send(path(*from, *to), datagram(sizes[i], i));
    if (i == 1) from->send(path(*from, *other), datagram(1200, 77));
  }
  from->flush();
  auto got = receive(*to, sizes.size());
  ASSERT_EQ(got.size(), sizes.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) EXPECT_EQ(got[i], datagram(sizes[i], i)) << i;
  EXPECT_EQ(receive(*other, 1).size(), 1U);
  EXPECT_EQ(from->outgoing().drops(), 0U);
}

TEST_P(UdpSocketTest, SendsMoreThanABatchHolds) {
  auto from = on_loopback(GetParam());
  auto to = on_loopback();
  ASSERT_TRUE(from && to);
  constexpr std::size_t kCount = 3 * SendBatch::kMaxSegments;
  std::size_t received = 0;
  for (std::size_t i = 0; i < kCount; ++i) {
    auto space = from->space();
    ASSERT_EQ(space.size(), rtc::kMaxDatagram);
    std::fill_n(space.begin(), 1200, static_cast<std::uint8_t>(i));
    from->send(path(*from, *to), space.first(1200));
  }
  from->flush();
  for (const auto& got : receive(*to, kCount)) EXPECT_EQ(got, datagram(1200, received++));
  EXPECT_EQ(received, kCount);
}

INSTANTIATE_TEST_SUITE_P(Either, UdpSocketTest, ::testing::Values(Segment::kernel, Segment::none));

TEST(UdpSocket, GivesSegmentationUpWhereTheKernelRefusesIt) {
  auto from = on_loopback();
  auto to = on_loopback();
  ASSERT_TRUE(from && to);
  // Segmentation needs checksums (EINVAL), as it does of a network card (EIO).
  int off = 1;
  ASSERT_EQ(setsockopt(from->fd(), SOL_SOCKET, SO_NO_CHECK, &off, sizeof off), 0);
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < 3; ++i) from->send(path(*from, *to), datagram(1200, i));
    from->flush();
    EXPECT_EQ(receive(*to, 3).size(), 3U) << "nothing is lost by it";
    EXPECT_EQ(from->outgoing().segmentation(), Segment::none);
  }
}

TEST(UdpSocket, KeepsSegmentationWhenItIsThePeerThatCannotBeReached) {
  auto from = on_loopback();
  ASSERT_TRUE(from);
  auto nowhere = rtc::Tuple{*rtc::Address::parse("192.0.2.77", 1), *rtc::Address::parse("127.0.0.1", 9),
                            rtc::Transport::udp};
  for (std::size_t i = 0; i < 3; ++i) from->send(nowhere, datagram(1200, i));
  from->flush();
  EXPECT_EQ(from->outgoing().drops(), 3U) << "the address that it is to leave from is not ours";
  EXPECT_EQ(from->outgoing().segmentation(), Segment::kernel);
}

TEST(UdpSocket, SharesItsPortOnlyWithItsOwnGroup) {
  auto alone = on_loopback();
  ASSERT_TRUE(alone);
  auto second = UdpSocket::bind(alone->local(), {.sharing = PortSharing::group});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::unavailable);
  alone.reset();
  auto first = UdpSocket::bind(*rtc::Address::parse("127.0.0.1", 0), {.sharing = PortSharing::group});
  ASSERT_TRUE(first);
  EXPECT_TRUE(UdpSocket::bind((*first)->local(), {.sharing = PortSharing::group}));
}

}  // namespace classcast::relay
