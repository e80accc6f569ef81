// SPDX-License-Identifier: MIT
#include "pipelines/pause.hpp"

#include <gtest/gtest.h>

#include <array>

namespace classcast::pipelines {
namespace {

constexpr std::uint32_t kOurs = 0x11223344;

TEST(Pause, ReadsTheEntryForOurStream) {
  // Target SSRC 11223344; type 0 (PAUSE), no parameters; PauseID 5.
  constexpr std::array<std::uint8_t, 8> kPause = {0x11, 0x22, 0x33, 0x44, 0x00, 0x00, 0x00, 0x05};
  auto entry = pause_entry_for(kOurs, kPause);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->message, PauseMessage::pause);
  EXPECT_EQ(entry->pause_id, 5);
  EXPECT_FALSE(pause_entry_for(kOurs + 1, kPause));
}

TEST(Pause, TakesTheNewestOfSeveralAndSkipsParameters) {
  // PAUSE for another stream with one word of parameters, then PAUSE and RESUME for ours.
  constexpr std::array<std::uint8_t, 28> kSeveral = {0x99, 0x99, 0x99, 0x99, 0x00, 0x01, 0x00, 0x01,
                                                     0xde, 0xad, 0xbe, 0xef,                          //
                                                     0x11, 0x22, 0x33, 0x44, 0x00, 0x00, 0x00, 0x02,  //
                                                     0x11, 0x22, 0x33, 0x44, 0x10, 0x00, 0x00, 0x02};
  auto entry = pause_entry_for(kOurs, kSeveral);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->message, PauseMessage::resume);
}

TEST(Pause, IgnoresWhatIsMalformed) {
  constexpr std::array<std::uint8_t, 7> kShort = {0x11, 0x22, 0x33, 0x44, 0x00, 0x00, 0x00};
  EXPECT_FALSE(pause_entry_for(kOurs, kShort));
  EXPECT_FALSE(pause_entry_for(kOurs, {}));
  // Parameters that reach past the end; a type that RFC 7728 does not define.
  constexpr std::array<std::uint8_t, 8> kLong = {0x11, 0x22, 0x33, 0x44, 0x00, 0xff, 0x00, 0x01};
  EXPECT_FALSE(pause_entry_for(kOurs, kLong));
  constexpr std::array<std::uint8_t, 8> kStrange = {0x11, 0x22, 0x33, 0x44, 0x70, 0x00, 0x00, 0x01};
  EXPECT_FALSE(pause_entry_for(kOurs, kStrange));
}

TEST(Pause, WritesWhatItReads) {
  std::array<std::uint8_t, kPausedEntryBytes> fci{};
  write_paused(kOurs, 0x1234, 0x00010002, fci);
  auto entry = pause_entry_for(kOurs, fci);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->message, PauseMessage::paused);
  EXPECT_EQ(entry->pause_id, 0x1234);
  EXPECT_EQ(fci[9], 0x01) << "the highest sequence number, with its cycles";
  EXPECT_EQ(fci[11], 0x02);
}

}  // namespace
}  // namespace classcast::pipelines
