// SPDX-License-Identifier: MIT
#include "rtc/rtcp/pause.hpp"

#include "rtc/negotiate.hpp"
#include "unit/rtc/hex.hpp"

#include <gtest/gtest.h>

#include <array>

namespace classcast::rtc::rtcp {

namespace {

Buffer octets_of(const Pause& pause) {
  Buffer buffer(256);
  Writer writer(buffer);
  pause.write(writer);
  buffer.resize(writer.size());
  return buffer;
}

std::optional<Pause> read_pause(Bytes bytes) {
  auto packet = Compound(bytes).next();
  return packet ? Pause::parse(*packet) : std::nullopt;
}

}  // namespace

TEST(Pause, IsWrittenAsTheRfcDrawsIt) {
  Pause pause{{1}, {}};
  pause.entries.push_back({{0x01020304}, Pause::Kind::resume, 7, 0});
  // V=2, FMT 9, RTPFB 205, four words behind the header; type 1 in the upper four bits, no parameters,
  // PauseID 7.
  EXPECT_EQ(octets_of(pause), hex("89cd0004 00000001 00000000 01020304 10000007"));
}

TEST(Pause, GoesThereAndBack) {
  Pause pause{{0xabcdef01}, {}};
  pause.entries.push_back({{11}, Pause::Kind::pause, 1, 0});
  pause.entries.push_back({{12}, Pause::Kind::paused, 2, 0x00010203});
  pause.entries.push_back({{13}, Pause::Kind::refused, 3, 0});
  auto again = read_pause(octets_of(pause));
  ASSERT_TRUE(again);
  ASSERT_EQ(again->entries.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(again->entries[i], pause.entries[i]);
  EXPECT_EQ(again->sender, pause.sender);
}

TEST(Pause, SkipsTypesAndParametersThatItDoesNotKnow) {
  // Type 9 with two words of parameters, then PAUSE with one word that it has no use for.
  auto packet =
      hex("89cd0009 00000001 00000000 0000000a 90020001 11111111 22222222 0000000b 00010005 33333333");
  auto pause = read_pause(packet);
  ASSERT_TRUE(pause);
  ASSERT_EQ(pause->entries.size(), 1U);
  EXPECT_EQ(pause->entries[0], (Pause::Entry{{11}, Pause::Kind::pause, 5, 0}));
}

TEST(Pause, RefusesWhatIsCutShort) {
  EXPECT_FALSE(read_pause(hex("89cd0003 00000001 00000000 0000000a")));
  EXPECT_FALSE(read_pause(hex("89cd0004 00000001 00000000 0000000a 20ff0001")))
      << "parameters that are not there";
  EXPECT_FALSE(read_pause(hex("81cd0004 00000001 00000000 0000000a 00000001"))) << "a NACK";
  EXPECT_FALSE(read_pause(hex("89cd0000")));
}

TEST(Pause, HoldsNoMoreThanItsLimit) {
  Buffer many = hex("89cd0042 00000001 00000000");
  for (int i = 0; i < 32; ++i) {
    auto entry = hex("0000000a 00000001");
    many.insert(many.end(), entry.begin(), entry.end());
  }
  many[3] = 0x42;  // 2 + 64 words
  auto pause = read_pause(many);
  ASSERT_TRUE(pause);
  EXPECT_EQ(pause->entries.size(), Pause::kMaxEntries);
}

}  // namespace classcast::rtc::rtcp
