// SPDX-License-Identifier: MIT
#include "rtc/tcp_framing.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace classcast::rtc {
namespace {

void put(FrameReader& reader, Bytes octets) {
  auto space = reader.space();
  ASSERT_LE(octets.size(), space.size());
  std::copy(octets.begin(), octets.end(), space.begin());
  reader.filled(octets.size());
}

Buffer framed(const Buffer& packet) {
  auto header = frame_header(packet.size());
  Buffer out(header.begin(), header.end());
  out.insert(out.end(), packet.begin(), packet.end());
  return out;
}

TEST(TcpFraming, CutsAStreamIntoItsPacketsHoweverItComes) {
  Buffer stream;
  std::vector<Buffer> packets;
  for (std::size_t size : {1U, 20U, 1200U, 0U, 2048U, 3U}) {
    packets.emplace_back(size, static_cast<std::uint8_t>(size));
    auto frame = framed(packets.back());
    stream.insert(stream.end(), frame.begin(), frame.end());
  }
  for (std::size_t step : {1U, 2U, 7U, 1000U, 3000U}) {
    FrameReader reader;
    std::vector<Buffer> read;
    for (std::size_t at = 0; at < stream.size(); at += step) {
      put(reader, Bytes(stream).subspan(at, std::min(step, stream.size() - at)));
      for (; auto packet = reader.front(); reader.pop()) read.emplace_back(packet->begin(), packet->end());
    }
    EXPECT_EQ(read, packets) << step;
    EXPECT_FALSE(reader.broken());
  }
}

TEST(TcpFraming, GivesAPacketUntilItIsRemoved) {
  FrameReader reader;
  put(reader, framed({1, 2, 3}));
  EXPECT_EQ(reader.front()->size(), 3U);
  reader.space();
  EXPECT_EQ(reader.front()->size(), 3U);
  reader.pop();
  EXPECT_FALSE(reader.front());
  reader.pop();
}

TEST(TcpFraming, GivesUpOnAPacketThatIsTooLong) {
  FrameReader reader;
  auto header = frame_header(kMaxFrame + 1);
  put(reader, header);
  EXPECT_TRUE(reader.broken());
  EXPECT_FALSE(reader.front());
  EXPECT_TRUE(reader.space().empty());
}

}  // namespace
}  // namespace classcast::rtc
