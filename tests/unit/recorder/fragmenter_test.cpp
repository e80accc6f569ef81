// SPDX-License-Identifier: MIT
#include "recorder/fragmenter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace classcast::recorder {
namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kStart = 1'700'000'000LL * kSecondNs;

/// Feeds a camera and a microphone and keeps what comes out.
struct FragmenterTest : testing::Test {
  std::vector<Fragment> done;
  Fragmenter fragmenter{[this](Fragment fragment) { done.push_back(std::move(fragment)); }};

  void picture(std::int64_t timestamp_ms, std::int64_t arrival_ms, bool key = false,
               std::optional<std::int64_t> sender_ns = {}) {
    fragmenter.push({static_cast<std::uint32_t>(timestamp_ms * 90), key, false, Buffer(8, 1)},
                    {kStart + arrival_ms * kMs, sender_ns});
  }
  void sound(std::int64_t timestamp_ms, std::int64_t arrival_ms, std::optional<std::int64_t> sender_ns = {}) {
    fragmenter.push_audio(static_cast<std::uint32_t>(timestamp_ms * 48), Buffer{0xfc, 0xff, 0xfe},
                          {kStart + arrival_ms * kMs, sender_ns});
  }
  [[nodiscard]] std::vector<Sample> pictures() const {
    std::vector<Sample> all;
    for (const auto& fragment : done) all.insert(all.end(), fragment.video.begin(), fragment.video.end());
    return all;
  }
  [[nodiscard]] std::vector<Sample> sounds() const {
    std::vector<Sample> all;
    for (const auto& fragment : done) all.insert(all.end(), fragment.audio.begin(), fragment.audio.end());
    return all;
  }
};

TEST_F(FragmenterTest, ClosesAtKeyframesAndAfterHalfASecond) {
  for (int i = 0; i <= 100; ++i) picture(i * 40, i * 40, i % 50 == 0);
  fragmenter.flush();
  ASSERT_EQ(pictures().size(), 101U);
  for (const auto& fragment : done) {
    EXPECT_LE(fragment.end_ns() - fragment.start_ns(), Fragmenter::kLengthNs + 40 * kMs);
    for (std::size_t i = 1; i < fragment.video.size(); ++i) EXPECT_FALSE(fragment.video[i].keyframe);
  }
  EXPECT_TRUE(done.front().entry());
  EXPECT_EQ(pictures()[50].time_ns, kStart + 2000 * kMs);
}

TEST_F(FragmenterTest, GivesSqueezedPicturesTheirTrueTimes) {
  // A relay sends what it has since the last keyframe a millisecond apart, then goes on live.
  for (int i = 0; i < 30; ++i) picture(1000 + i, 5000, i == 0);
  for (int i = 1; i <= 10; ++i) picture(1029 + i * 40, 5000 + i * 40);
  fragmenter.flush();
  const auto all = pictures();
  ASSERT_EQ(all.size(), 40U);
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_EQ(all[i].time_ns - all[i - 1].time_ns, 40 * kMs) << i;
  EXPECT_EQ(all[29].time_ns, kStart + 5000 * kMs);
}

TEST_F(FragmenterTest, SqueezedPicturesNeverOverlapWhatWasBefore) {
  for (int i = 0; i <= 25; ++i) picture(i * 40, i * 40, i == 0);
  for (int i = 0; i < 30; ++i) picture(1200 + i, 1200, i == 0);
  for (int i = 1; i <= 10; ++i) picture(1229 + i * 40, 1200 + i * 40);
  fragmenter.flush();
  const auto all = pictures();
  ASSERT_EQ(all.size(), 66U);
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_GT(all[i].time_ns, all[i - 1].time_ns) << i;
  EXPECT_GE(all[26].time_ns, all[25].time_ns);
}

TEST_F(FragmenterTest, KeepsLipsAndVoiceAtTheSendersDistance) {
  constexpr std::int64_t kSender = 3'900'000'000LL * kSecondNs;
  // The sound of a moment comes 120 ms before its picture; the sender's clock says so from the second second
  // on.
  for (int ms = 0; ms < 4000; ms += 20) {
    auto sender = [ms](int captured) {
      return ms >= 1000 ? std::optional(kSender + captured * kMs) : std::nullopt;
    };
    if (ms % 40 == 0) picture(ms, ms + 150, ms % 2000 == 0, sender(ms));
    sound(ms, ms + 30, sender(ms));
  }
  fragmenter.flush();
  const auto last_picture = pictures().back();
  const auto last_sound = sounds().back();
  EXPECT_EQ(last_picture.time_ns, kStart + (3960 + 150) * kMs);
  EXPECT_NEAR(static_cast<double>(last_sound.time_ns), static_cast<double>(kStart + (3980 + 150) * kMs), kMs);
}

TEST_F(FragmenterTest, WaitsForSoundThatIsLaterThanItsPictures) {
  constexpr std::int64_t kSender = 3'900'000'000LL * kSecondNs;
  constexpr int kLate = 200;
  int heard = 0;
  for (int ms = 0; ms < 4000; ms += 40) {
    picture(ms, ms, ms % 2000 == 0, kSender + ms * kMs);
    for (; heard + kLate <= ms; heard += 20) sound(heard, heard + kLate, kSender + heard * kMs);
  }
  EXPECT_TRUE(fragmenter.waits_for_sound(kStart + 3960 * kMs));
  EXPECT_TRUE(fragmenter.waits_for_sound(kStart + 4900 * kMs)) << "it may be behind a packet that is missing";
  EXPECT_FALSE(fragmenter.waits_for_sound(kStart + 9000 * kMs))
      << "a microphone that failed is not waited for";
  for (; heard < 4000; heard += 20) sound(heard, heard + kLate, kSender + heard * kMs);
  EXPECT_FALSE(fragmenter.waits_for_sound(kStart + 4200 * kMs));
  fragmenter.flush();
  for (std::size_t i = 1; i < done.size(); ++i) {
    const auto& last = done[i].audio.back();
    EXPECT_NEAR(static_cast<double>(last.time_ns + 20 * kMs), static_cast<double>(done[i].end_ns()), 40 * kMs)
        << i;
  }
}

TEST_F(FragmenterTest, TheLastPictureLastsAsLongAsTheOneBefore) {
  constexpr std::int64_t kSender = 3'900'000'000LL * kSecondNs;
  // It is alone in its fragment: those before it had half a second.
  for (int ms = 0; ms <= 4000; ms += 100) picture(ms, ms, ms % 2000 == 0, kSender + ms * kMs);
  for (int ms = 0; ms < 4100; ms += 20) sound(ms, 4000, kSender + ms * kMs);
  fragmenter.flush();
  EXPECT_EQ(done.back().video.size(), 1U);
  EXPECT_EQ(done.back().end_ns(), kStart + 4100 * kMs);
  EXPECT_EQ(sounds().back().time_ns, kStart + 4080 * kMs);
}

TEST_F(FragmenterTest, KeepsTheTimesOfWhatWaitedWhileTheComputerWasBusy) {
  constexpr std::int64_t kSender = 3'900'000'000LL * kSecondNs;
  constexpr std::int64_t kBusyFrom = 2000;
  constexpr std::int64_t kBusyUntil = 5000;
  for (std::int64_t ms = 0; ms < 8000; ms += 20) {
    const auto arrival = ms < kBusyFrom ? ms : std::max(ms, kBusyUntil + (ms - kBusyFrom) / 100);
    sound(ms, arrival, kSender + ms * kMs);
    if (ms % 40 == 0) picture(ms, arrival, ms % 1000 == 0, kSender + ms * kMs);
  }
  fragmenter.flush();
  ASSERT_EQ(pictures().size(), 200U);
  ASSERT_EQ(sounds().size(), 400U);
  for (std::int64_t i = 0; i < 200; ++i)
    EXPECT_EQ(pictures()[static_cast<std::size_t>(i)].time_ns, kStart + i * 40 * kMs) << i;
  for (std::int64_t i = 0; i < 400; ++i)
    EXPECT_EQ(sounds()[static_cast<std::size_t>(i)].time_ns, kStart + i * 20 * kMs) << i;
}

TEST_F(FragmenterTest, GoesOnWithoutAMicrophoneThatFails) {
  for (int ms = 0; ms < 4000; ms += 20) {
    if (ms % 40 == 0) picture(ms, ms, ms % 2000 == 0);
    if (ms < 1000) sound(ms, ms);
  }
  EXPECT_GE(pictures().size(), 85U) << "no picture waits for long";
}

TEST_F(FragmenterTest, RecordsSoundWhenThePictureFails) {
  for (int i = 0; i < 25; ++i) picture(i * 40, i * 40, i == 0);
  for (int ms = 0; ms < 6000; ms += 20) sound(ms, ms);
  fragmenter.flush();
  EXPECT_EQ(sounds().size(), 300U);
  EXPECT_EQ(pictures().size(), 25U);
  EXPECT_TRUE(done.back().video.empty());
}

TEST_F(FragmenterTest, DurationsAddUpToTheTimesOfTheSamples) {
  for (int i = 0; i < 1000; ++i) picture(i * 33 + i % 3, i * 33 + i % 5, i % 60 == 0);
  fragmenter.flush();
  for (std::size_t i = 1; i < done.size(); ++i) {
    const auto gap = done[i].start_ns() - done[i - 1].end_ns();
    EXPECT_LT(std::abs(gap), 30'000) << i;
  }
}

TEST(OpusDuration, IsReadFromTheTableOfContents) {
  EXPECT_EQ(opus_duration(Buffer{0xfc}), 960U);           // CELT, 20 ms, one frame
  EXPECT_EQ(opus_duration(Buffer{0xfd}), 1920U);          // two frames
  EXPECT_EQ(opus_duration(Buffer{0x08}), 960U);           // SILK, 20 ms
  EXPECT_EQ(opus_duration((Buffer{0xff, 0x03})), 2880U);  // three frames
  EXPECT_EQ(opus_duration((Buffer{0xff, 0x3f})), 0U);     // more than 120 ms
  EXPECT_EQ(opus_duration({}), 0U);
}

}  // namespace
}  // namespace classcast::recorder
