// SPDX-License-Identifier: MIT
#include "base/bytes.hpp"

#include <gtest/gtest.h>

#include <array>

namespace classcast {
namespace {

TEST(Reader, ReadsNetworkOrder) {
  const Buffer data = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  Reader reader(data);
  EXPECT_EQ(reader.u8(), 1);
  EXPECT_EQ(reader.u16(), 0x0203);
  EXPECT_EQ(reader.u24(), 0x040506U);
  EXPECT_EQ(reader.u32(), 0x0708090aU);
  EXPECT_EQ(reader.left(), 0U);
}

TEST(Reader, AShortReadMovesNothing) {
  const Buffer data = {1, 2, 3};
  Reader reader(data);
  EXPECT_FALSE(reader.u32());
  EXPECT_FALSE(reader.bytes(4));
  EXPECT_EQ(reader.left(), 3U);
  EXPECT_EQ(reader.u24(), 0x010203U);
}

TEST(Writer, WritesWhatReaderReads) {
  std::array<std::uint8_t, 18> space{};
  Writer writer(space);
  writer.u8(1);
  writer.u16(2);
  writer.u24(3);
  writer.u32(4);
  writer.u64(5);
  ASSERT_TRUE(writer.ok());
  Reader reader(writer.written());
  EXPECT_EQ(reader.u8(), 1);
  EXPECT_EQ(reader.u16(), 2);
  EXPECT_EQ(reader.u24(), 3U);
  EXPECT_EQ(reader.u32(), 4U);
  EXPECT_EQ(reader.u64(), 5U);
}

TEST(Writer, NeverWritesPastTheEnd) {
  std::array<std::uint8_t, 3> space{};
  Writer writer(space);
  writer.u16(1);
  writer.u16(2);
  EXPECT_FALSE(writer.ok());
  EXPECT_EQ(writer.size(), 2U);
  writer.u8(3);
  EXPECT_EQ(writer.size(), 2U) << "nothing more after the first that did not fit";
}

TEST(Writer, PatchesOnlyWhatWasWritten) {
  std::array<std::uint8_t, 4> space{};
  Writer writer(space);
  writer.u16(0);
  writer.patch_u16(0, 0xabcd);
  writer.patch_u16(1, 0xffff);
  EXPECT_EQ(Reader(writer.written()).u16(), 0xabcd);
}

}  // namespace
}  // namespace classcast
