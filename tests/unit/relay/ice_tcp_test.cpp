// SPDX-License-Identifier: MIT
// What a slow or hostile ICE-TCP peer can make the relay keep.
#include "relay/frame_queue.hpp"
#include "relay/tcp_census.hpp"
#include "rtc/rtp.hpp"
#include "rtc/tcp_framing.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace classcast::relay {
namespace {

constexpr rtc::Ssrc kAudio{7};
constexpr rtc::Ssrc kVideo{8};

Buffer rtp(rtc::Ssrc ssrc, std::uint32_t timestamp, std::size_t payload = 1000) {
  Buffer packet(rtc::RtpPacket::kFixedHeader + payload);
  rtc::write_rtp(packet, {96, false, 1, timestamp, ssrc}, Buffer(payload, 0x55));
  return packet;
}

/// Packets of `frame` that were taken, of `count`.
int offer(FrameQueue& queue, std::uint32_t frame, int count) {
  int taken = 0;
  for (int i = 0; i < count; ++i) taken += queue.add(rtp(kVideo, frame)) ? 1 : 0;
  return taken;
}

TEST(FrameQueue, PutsTheLengthInFront) {
  FrameQueue queue;
  EXPECT_TRUE(queue.empty());
  queue.add(Buffer{20, 1, 2});
  EXPECT_EQ(Buffer(queue.waiting().begin(), queue.waiting().end()), (Buffer{0, 3, 20, 1, 2}));
  queue.written(2);
  EXPECT_EQ(queue.waiting().size(), 3U);
  queue.written(3);
  EXPECT_TRUE(queue.empty());
}

TEST(FrameQueue, LeavesOutWholeFramesAndKeepsAudio) {
  FrameQueue queue;
  queue.set_audio(kAudio);
  EXPECT_EQ(offer(queue, 1, 300), 300) << "a frame that has begun is finished";
  EXPECT_EQ(offer(queue, 2, 10), 0);
  EXPECT_TRUE(queue.add(rtp(kAudio, 1)));
  queue.written(queue.waiting().size() - 1);
  EXPECT_EQ(offer(queue, 2, 5), 0) << "no half frame, though there is room again";
  EXPECT_EQ(offer(queue, 3, 5), 5);
}

TEST(FrameQueue, IsBoundedWhateverComes) {
  FrameQueue queue;
  queue.set_audio(kAudio);
  EXPECT_LT(offer(queue, 1, 5000), 1100);
  EXPECT_EQ(offer(queue, 1, 1), 0);
  int audio = 0;
  while (queue.add(rtp(kAudio, 1, 100))) ++audio;
  EXPECT_GT(audio, 300) << "audio has a reserve of its own";
  EXPECT_TRUE(queue.waiting().size() <= FrameQueue::kLimit + 2);
  EXPECT_FALSE(queue.add(Buffer(1000, 22))) << "and even DTLS has to wait";
  EXPECT_GT(queue.left_out(), 3900U);
}

TEST(TcpCensus, BoundsConnectionsThatProveNothing) {
  auto census = std::make_shared<TcpCensus>();
  std::vector<TcpCensus::Entry> entries;
  auto from = [&](int host) {
    auto octet = static_cast<std::uint8_t>(host);
    auto entry = census->enter(rtc::Address::v4({192, 0, 2, octet}, 1000));
    if (entry) entries.push_back(std::move(*entry));
    return entry.has_value();
  };
  for (std::size_t i = 0; i < TcpCensus::kMaxUnprovenOfOne; ++i) EXPECT_TRUE(from(1));
  EXPECT_FALSE(from(1)) << "one address";
  EXPECT_TRUE(from(2)) << "another one";
  entries.front().prove();
  EXPECT_TRUE(from(1));
  for (int i = 0; i < 1000; ++i) from(3 + i % 200);
  EXPECT_EQ(census->unproven(), TcpCensus::kMaxUnproven) << "everybody";
  for (auto& entry : entries) entry.prove();
  while (entries.size() < TcpCensus::kMaxConnections) {
    ASSERT_TRUE(from(9));
    entries.back().prove();
  }
  EXPECT_FALSE(from(9)) << "all together";
  entries.clear();
  EXPECT_EQ(census->connections(), 0U);
  EXPECT_EQ(census->unproven(), 0U);
}

}  // namespace
}  // namespace classcast::relay
