// SPDX-License-Identifier: MIT
// What the relay asks publishers for and tells them: gaps, keyframes, reports, arrival times.
#include "relay/arrivals.hpp"
#include "relay/gaps.hpp"
#include "relay/keyframes.hpp"
#include "relay/reception.hpp"
#include "unit/relay/media.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace classcast::relay {

using testing::at_ms;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Gaps, AsksForWhatIsMissingOnceReorderingIsUnlikely) {
  Gaps gaps;
  gaps.on_packet(10, at_ms(0));
  gaps.on_packet(13, at_ms(1));
  EXPECT_THAT(gaps.due(at_ms(2)), IsEmpty());
  EXPECT_EQ(gaps.next_deadline(), at_ms(6));
  gaps.on_packet(11, at_ms(3));
  EXPECT_THAT(gaps.due(at_ms(6)), ElementsAre(12));
  EXPECT_THAT(gaps.due(at_ms(7)), IsEmpty());
  EXPECT_THAT(gaps.due(at_ms(56)), ElementsAre(12));
  gaps.on_packet(12, at_ms(60));
  EXPECT_FALSE(gaps.next_deadline());
}

TEST(Gaps, GivesUpAfterSomeTries) {
  Gaps gaps;
  gaps.on_packet(1, at_ms(0));
  gaps.on_packet(3, at_ms(0));
  int asked = 0;
  for (int ms = 0; ms < 5000; ++ms) asked += static_cast<int>(gaps.due(at_ms(ms)).size());
  EXPECT_EQ(asked, Gaps::kMaxTries);
  EXPECT_EQ(gaps.missing(), 0U);
}

TEST(Gaps, TakesALongGapForAnOutageAndStaysBounded) {
  Gaps gaps;
  gaps.on_packet(1, at_ms(0));
  gaps.on_packet(2 + Gaps::kMaxGap + 1, at_ms(0));
  EXPECT_EQ(gaps.missing(), 0U);
  std::int64_t seq = 1000;
  for (int i = 0; i < 10; ++i) gaps.on_packet(seq += Gaps::kMaxGap, at_ms(0));
  EXPECT_EQ(gaps.missing(), Gaps::kMaxMissing);
}

TEST(Keyframes, MergesWishesAndSpacesRequests) {
  Keyframes keyframes;
  EXPECT_FALSE(keyframes.due(at_ms(0)));
  keyframes.need();
  keyframes.need();
  EXPECT_TRUE(keyframes.due(at_ms(0)));
  EXPECT_FALSE(keyframes.due(at_ms(499)));
  keyframes.arrived(at_ms(499));
  EXPECT_FALSE(keyframes.next_deadline());
  keyframes.need();
  EXPECT_FALSE(keyframes.due(at_ms(499))) << "half a second between two requests, whatever happens";
  EXPECT_TRUE(keyframes.due(at_ms(500)));
}

TEST(Keyframes, AsksEverMoreSeldomASourceThatDoesNotAnswer) {
  Keyframes keyframes;
  keyframes.need();
  int asked = 0;
  for (int ms = 0; ms < 60'000; ms += 10) asked += keyframes.due(at_ms(ms)) ? 1 : 0;
  EXPECT_GE(asked, 60'000 / 4000);
  EXPECT_LE(asked, 60'000 / 4000 + 3);
}

TEST(Reception, ReportsLossAsRfc3550Does) {
  Reception reception(90000);
  EXPECT_FALSE(reception.report({1}, at_ms(0)));
  for (int seq = 100; seq < 200; ++seq) {
    if (seq % 4 != 0)
      reception.on_packet(65536 + seq, static_cast<std::uint32_t>(seq * 900), at_ms(seq * 10));
  }
  auto block = reception.report({7}, at_ms(2000));
  ASSERT_TRUE(block);
  EXPECT_EQ(block->ssrc, rtc::Ssrc{7});
  EXPECT_EQ(block->highest_seq, 65536U + 199);
  EXPECT_EQ(block->cumulative_lost, 24);  // 101 to 199, of which 104, 108 … 196
  EXPECT_EQ(block->fraction_lost, 24 * 256 / 99);
  EXPECT_EQ(block->last_sr, 0U);
  EXPECT_EQ(block->jitter, 0U) << "timestamps and arrivals keep step";
  reception.on_packet(65536 + 200, 200 * 900, at_ms(2000));
  EXPECT_EQ(reception.report({7}, at_ms(2100))->fraction_lost, 0) << "only since the last report";
}

TEST(Reception, MeasuresJitter) {
  Reception reception(90000);
  for (int i = 0; i < 1000; ++i) {
    reception.on_packet(i, static_cast<std::uint32_t>(i * 900), at_ms(i * 10 + (i % 2) * 4));
  }
  auto jitter = reception.report({1}, at_ms(10'000))->jitter;
  EXPECT_NEAR(jitter, 4 * 90, 5) << "4 ms at 90 kHz";
}

TEST(Reception, EchoesSenderReportsAndCarriesTheirClockForward) {
  Reception reception(48000);
  reception.on_packet(1, 0, at_ms(0));
  EXPECT_FALSE(reception.clock_point(at_ms(0)));
  rtc::rtcp::SenderReport report;
  report.ntp = (std::uint64_t{3'900'000'000} << 32) + 0x8000'0000;
  report.rtp_time = 0xfffffff0;
  reception.on_sender_report(report, at_ms(1000));
  auto block = reception.report({1}, at_ms(1500));
  EXPECT_EQ(block->last_sr, report.ntp_middle());
  EXPECT_EQ(block->delay_since_last_sr, 65536U / 2);
  auto point = reception.clock_point(at_ms(2000));
  ASSERT_TRUE(point);
  EXPECT_EQ(point->ntp - report.ntp, std::uint64_t{1} << 32);
  EXPECT_EQ(point->rtp_time, report.rtp_time + 48000);
}

TEST(Arrivals, ReportsReceivedAndMissingPacketsWithTheirTimes) {
  Arrivals arrivals;
  EXPECT_FALSE(arrivals.due(at_ms(0)));
  arrivals.on_packet(65534, at_ms(0));
  arrivals.on_packet(1, at_ms(20));  // 65535 and 0 are missing
  auto feedback = arrivals.due(at_ms(60));
  ASSERT_TRUE(feedback);
  EXPECT_EQ(feedback->base_seq, 65534);
  ASSERT_EQ(feedback->arrivals.size(), 4U);
  EXPECT_TRUE(feedback->arrivals[0].received);
  EXPECT_FALSE(feedback->arrivals[1].received);
  EXPECT_FALSE(feedback->arrivals[2].received);
  EXPECT_TRUE(feedback->arrivals[3].received);
  EXPECT_EQ(feedback->arrivals[3].delta, 20 * 4) << "in 250 µs";
}

TEST(Arrivals, GoesOnWhereTheLastFeedbackEnded) {
  Arrivals arrivals;
  arrivals.on_packet(10, at_ms(0));
  EXPECT_EQ(arrivals.due(at_ms(0))->feedback_count, 0);
  arrivals.on_packet(12, at_ms(10));
  EXPECT_FALSE(arrivals.due(at_ms(49)));
  EXPECT_EQ(arrivals.next_deadline(), at_ms(50));
  auto feedback = arrivals.due(at_ms(50));
  ASSERT_TRUE(feedback);
  EXPECT_EQ(feedback->feedback_count, 1);
  EXPECT_EQ(feedback->base_seq, 11);
  EXPECT_FALSE(feedback->arrivals[0].received);
}

TEST(Arrivals, IsBoundedWhateverThePublisherSends) {
  Arrivals arrivals;
  for (int i = 0; i < 5000; ++i) arrivals.on_packet(static_cast<std::uint16_t>(i * 31), at_ms(0));
  auto feedback = arrivals.due(at_ms(100));
  ASSERT_TRUE(feedback);
  EXPECT_LE(feedback->arrivals.size(), rtc::rtcp::TransportCc::kMaxPackets);
  EXPECT_FALSE(arrivals.due(at_ms(1000))) << "nothing is left over";
}

}  // namespace classcast::relay
