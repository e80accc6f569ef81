// SPDX-License-Identifier: MIT
// A room with its publisher and viewers, fed with real RTP and RTCP.
#include "relay/room.hpp"

#include "rtc/rtcp/bye.hpp"
#include "rtc/rtcp/fir.hpp"
#include "rtc/rtcp/nack.hpp"
#include "rtc/rtcp/pli.hpp"
#include "rtc/rtcp/receiver_report.hpp"
#include "rtc/rtcp/sdes.hpp"
#include "rtc/rtcp/sender_report.hpp"
#include "unit/relay/media.hpp"
#include "unit/relay/recorder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <vector>

namespace classcast::relay {

using namespace testing;
using rtc::rtcp::Type;

class RoomTest : public ::testing::Test {
 protected:
  RoomTest()
      : room_(*RoomId::parse("room-101")), publisher_(classroom(), uplink_, room_), camera_(publisher_) {}

  void say(Viewer& viewer, Bytes compound, std::int64_t ms) { viewer.on_rtcp(compound, at_ms(ms)); }

  Room room_;
  Recorder uplink_;
  Publisher publisher_;
  Camera camera_;
  Recorder downlink_;
  Viewer viewer_{browser(), downlink_};
};

TEST_F(RoomTest, ForwardsUnderTheViewersNumbersFromAKeyframeOn) {
  room_.publish(publisher_, Part::main, at_ms(0));
  ASSERT_TRUE(room_.add(viewer_, at_ms(0)));
  camera_.frame(at_ms(10));
  EXPECT_TRUE(downlink_.rtp.empty());
  camera_.keyframe(at_ms(50));
  camera_.frame(at_ms(90));
  auto sent = downlink_.of(kViewerVideo);
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[0].pt, kViewerVideoPt);
  EXPECT_TRUE(sent[0].marker);
  EXPECT_EQ(sent[1].seq, static_cast<std::uint16_t>(sent[0].seq + 1));
  EXPECT_EQ(sent[1].timestamp - sent[0].timestamp, 3600U);
}

TEST_F(RoomTest, AsksThePublisherForAKeyframeOnlyWhenAViewerNeedsOne) {
  room_.publish(publisher_, Part::main, at_ms(0));
  publisher_.handle_timeout(at_ms(0));
  EXPECT_TRUE(uplink_.parsed<rtc::rtcp::Pli>(Type::payload_feedback).empty());
  camera_.frame(at_ms(10));
  room_.add(viewer_, at_ms(20));
  publisher_.handle_timeout(at_ms(20));
  auto asked = uplink_.parsed<rtc::rtcp::Pli>(Type::payload_feedback);
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].media, rtc::Ssrc{kSourceVideo});
}

TEST_F(RoomTest, GivesANewViewerThePictureAtOnce) {
  room_.publish(publisher_, Part::main, at_ms(0));
  camera_.grow_to(1100);
  camera_.keyframe(at_ms(0));
  for (int i = 1; i <= 100; ++i) camera_.frame(at_ms(40 * i));
  room_.add(viewer_, at_ms(4010));
  EXPECT_LT(downlink_.of(kViewerVideo).size(), 30U) << "not all in one burst";
  std::int64_t ms = 4010;
  for (; viewer_.busy(); ++ms) viewer_.handle_timeout(at_ms(ms));
  EXPECT_LT(ms, 4040);
  camera_.frame(at_ms(4040));
  auto sent = downlink_.of(kViewerVideo);
  ASSERT_EQ(sent.size(), 102U);
  for (std::size_t i = 1; i < sent.size(); ++i) {
    EXPECT_EQ(sent[i].seq, static_cast<std::uint16_t>(sent[i - 1].seq + 1));
    EXPECT_EQ(sent[i].timestamp - sent[i - 1].timestamp, i < 101 ? 90U : 3600U);
  }
  publisher_.handle_timeout(at_ms(4040));
  EXPECT_TRUE(uplink_.parsed<rtc::rtcp::Pli>(Type::payload_feedback).empty()) << "no keyframe was needed";
}

TEST_F(RoomTest, KeepsAViewersStreamWhenThePublisherReturns) {
  room_.publish(publisher_, Part::main, at_ms(0));
  room_.add(viewer_, at_ms(0));
  camera_.keyframe(at_ms(10));
  room_.unpublish(publisher_, at_ms(40));
  camera_.frame(at_ms(50));
  ASSERT_EQ(downlink_.rtp.size(), 1U) << "an unpublished room is silent";

  Recorder uplink;
  Publisher again(classroom(3333), uplink, room_);
  Camera camera(again, 3333, 50000, 7);
  EXPECT_TRUE(room_.publish(again, Part::main, at_ms(2000)).empty());
  camera.frame(at_ms(2010));
  camera.keyframe(at_ms(2050));
  auto sent = downlink_.of(kViewerVideo);
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[1].seq, static_cast<std::uint16_t>(sent[0].seq + 1));
  EXPECT_EQ(sent[1].timestamp - sent[0].timestamp, 2040U * 90);
}

TEST_F(RoomTest, HearsOnlyTheNewerOfTwoPublishers) {
  room_.publish(publisher_, Part::main, at_ms(0));
  room_.add(viewer_, at_ms(0));
  camera_.keyframe(at_ms(10));
  Recorder uplink;
  Publisher newer(classroom(3333), uplink, room_);
  room_.publish(newer, Part::main, at_ms(20));
  camera_.frame(at_ms(50));
  EXPECT_EQ(downlink_.rtp.size(), 1U);
  room_.unpublish(publisher_, at_ms(60));
  ASSERT_EQ(room_.sources().pictures.size(), 1U);
  EXPECT_TRUE(newer.owns(*room_.sources().pictures[0].track));
}

TEST_F(RoomTest, NamesTheViewersWhoCannotTakeANewCodec) {
  room_.publish(publisher_, Part::main, at_ms(0));
  room_.add(viewer_, at_ms(0));
  auto options = classroom();
  options.tracks[0].codec = {rtc::CodecKind::vp8, 90000, 1, ""};
  Recorder uplink;
  Publisher vp8(options, uplink, room_);
  EXPECT_EQ(room_.publish(vp8, Part::main, at_ms(10)), std::vector<Viewer*>{&viewer_});
}

TEST_F(RoomTest, AnswersANackByRetransmission) {
  room_.publish(publisher_, Part::main, at_ms(0));
  room_.add(viewer_, at_ms(0));
  camera_.keyframe(at_ms(10));
  camera_.frame(at_ms(50));
  auto lost = downlink_.of(kViewerVideo).back();
  rtc::rtcp::Nack nack{.sender = {1}, .media = {kViewerVideo}, .items = {}};
  nack.add(lost.seq);
  say(viewer_, compound(nack), 60);
  say(viewer_, compound(nack), 61);
  auto again = downlink_.of(kViewerRtx);
  ASSERT_EQ(again.size(), 1U) << "overlapping NACKs are answered once";
  EXPECT_EQ(again[0].pt, kViewerRtxPt);
  EXPECT_EQ(again[0].timestamp, lost.timestamp);
  ASSERT_GT(again[0].payload.size(), 2U);
  EXPECT_EQ(again[0].payload[0] << 8 | again[0].payload[1], lost.seq) << "RFC 4588 section 4";
  EXPECT_EQ(Buffer(again[0].payload.begin() + 2, again[0].payload.end()), lost.payload);
}

TEST_F(RoomTest, AnswersANackWithTheOriginalWhereRtxWasNotOffered) {
  auto options = browser();
  options.tracks[0].rtx_pt.reset();
  options.tracks[0].rtx_ssrc.reset();
  Recorder out;
  Viewer plain(options, out);
  room_.publish(publisher_, Part::main, at_ms(0));
  room_.add(plain, at_ms(0));
  camera_.keyframe(at_ms(10));
  auto first = out.of(kViewerVideo).front();
  rtc::rtcp::Nack nack{.sender = {1}, .media = {kViewerVideo}, .items = {}};
  nack.add(first.seq);
  say(plain, compound(nack), 60);
  auto sent = out.of(kViewerVideo);
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[1].seq, first.seq);
  EXPECT_EQ(sent[1].payload, first.payload);
}

TEST_F(RoomTest, AsksThePublisherForLostPacketsAndPassesThemOn) {
  room_.publish(publisher_, Part::main, at_ms(0));
  room_.add(viewer_, at_ms(0));
  camera_.keyframe(at_ms(10));
  auto seq = camera_.next_seq();
  auto timestamp = camera_.next_timestamp();
  camera_.lose();
  camera_.frame(at_ms(90));
  publisher_.handle_timeout(at_ms(100));
  auto asked = uplink_.parsed<rtc::rtcp::Nack>(Type::transport_feedback, rtc::rtcp::kFormatNack);
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].items[0].first, seq);
  camera_.frame_again(seq, timestamp, at_ms(110));
  auto sent = downlink_.of(kViewerVideo);
  ASSERT_EQ(sent.size(), 3U);
  EXPECT_EQ(sent[2].seq, static_cast<std::uint16_t>(sent[0].seq + 1));
  EXPECT_EQ(sent[2].timestamp, sent[0].timestamp + 3600);
}

TEST_F(RoomTest, MergesTheViewersKeyframeRequests) {
  room_.publish(publisher_, Part::main, at_ms(0));
  room_.add(viewer_, at_ms(0));
  Recorder out;
  Viewer other(browser(), out);
  room_.add(other, at_ms(0));
  camera_.keyframe(at_ms(10));
  auto pli = compound(rtc::rtcp::Pli{{1}, {kViewerVideo}});
  for (int ms = 1000; ms < 1400; ms += 10) {
    say(viewer_, pli, ms);
    say(other, pli, ms);
    publisher_.handle_timeout(at_ms(ms));
  }
  EXPECT_EQ(uplink_.parsed<rtc::rtcp::Pli>(Type::payload_feedback, rtc::rtcp::kFormatPli).size(), 1U);
}

TEST_F(RoomTest, ShowsTheCachedPictureAgainWhenACameraDoesNotAnswer) {
  room_.publish(publisher_, Part::main, at_ms(0));
  room_.add(viewer_, at_ms(0));
  camera_.keyframe(at_ms(10));
  camera_.frame(at_ms(50));
  auto pli = compound(rtc::rtcp::Pli{{1}, {kViewerVideo}});
  say(viewer_, pli, 1000);
  publisher_.handle_timeout(at_ms(1000));
  say(viewer_, pli, 1300);
  viewer_.handle_timeout(at_ms(1300));
  EXPECT_EQ(downlink_.of(kViewerVideo).size(), 2U) << "the publisher has its time to answer";
  say(viewer_, pli, 1500);
  viewer_.handle_timeout(at_ms(1500));
  viewer_.handle_timeout(at_ms(1502));
  camera_.frame(at_ms(1510));
  auto sent = downlink_.of(kViewerVideo);
  ASSERT_EQ(sent.size(), 5U) << "keyframe and frame again, then the new one";
  EXPECT_EQ(sent[2].payload, sent[0].payload);
  EXPECT_EQ(sent[4].seq, static_cast<std::uint16_t>(sent[0].seq + 4));
  EXPECT_EQ(sent[4].timestamp - sent[3].timestamp, 3600U);
  say(viewer_, pli, 1600);
  viewer_.handle_timeout(at_ms(1600));
  EXPECT_EQ(downlink_.of(kViewerVideo).size(), 5U) << "not again at once";
}

TEST_F(RoomTest, SenderReportsCarryThePublishersClock) {
  room_.publish(publisher_, Part::main, at_ms(0));
  room_.add(viewer_, at_ms(0));
  auto source_timestamp = camera_.next_timestamp();
  camera_.keyframe(at_ms(0));
  viewer_.handle_timeout(at_ms(1000));
  EXPECT_TRUE(downlink_.parsed<rtc::rtcp::SenderReport>(Type::sender_report).empty())
      << "there is no clock before the publisher's first report";
  rtc::rtcp::SenderReport report{.sender = {kSourceVideo},
                                 .ntp = std::uint64_t{77} << 32,
                                 .rtp_time = source_timestamp,
                                 .packets = 1,
                                 .octets = 1,
                                 .blocks = {}};
  publisher_.on_rtcp(compound(report), at_ms(1500));
  viewer_.handle_timeout(at_ms(2500));
  auto sent = downlink_.parsed<rtc::rtcp::SenderReport>(Type::sender_report);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].sender, rtc::Ssrc{kViewerVideo});
  EXPECT_EQ(sent[0].ntp, std::uint64_t{78} << 32);
  EXPECT_EQ(sent[0].rtp_time, downlink_.of(kViewerVideo)[0].timestamp + 90000);
  EXPECT_EQ(sent[0].packets, 1U);
}

TEST_F(RoomTest, ReportsToThePublisherEverySecond) {
  room_.publish(publisher_, Part::main, at_ms(0));
  publisher_.handle_timeout(at_ms(0));
  camera_.keyframe(at_ms(10));
  for (int ms = 10; ms <= 3000; ms += 10) publisher_.handle_timeout(at_ms(ms));
  auto sent = uplink_.parsed<rtc::rtcp::ReceiverReport>(Type::receiver_report);
  EXPECT_EQ(sent.size(), 13U) << "and every quarter of a second that the session lives";
  std::vector<rtc::rtcp::ReceiverReport> reports;
  std::copy_if(sent.begin(), sent.end(), std::back_inserter(reports),
               [](const auto& report) { return !report.blocks.empty(); });
  ASSERT_EQ(reports.size(), 3U) << "of the first second there was nothing to report";
  EXPECT_EQ(reports.back().blocks[0].ssrc, rtc::Ssrc{kSourceVideo});
}

TEST_F(RoomTest, AsksByFirWhoKnowsNoPli) {
  auto old = classroom();
  old.tracks[0].feedback.pli = false;
  old.tracks[0].feedback.fir = true;
  Publisher publisher(old, uplink_, room_);
  Camera camera(publisher);
  room_.publish(publisher, Part::main, at_ms(0));
  camera.frame(at_ms(10));
  room_.add(viewer_, at_ms(20));
  publisher.handle_timeout(at_ms(20));
  publisher.handle_timeout(at_ms(5000));
  auto asked = uplink_.parsed<rtc::rtcp::Fir>(Type::payload_feedback, rtc::rtcp::kFormatFir);
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_EQ(asked[0].entries[0].media, rtc::Ssrc{kSourceVideo});
  EXPECT_NE(asked[0].entries[0].command, asked[1].entries[0].command) << "the second is no repetition";
  EXPECT_TRUE(uplink_.parsed<rtc::rtcp::Pli>(Type::payload_feedback, rtc::rtcp::kFormatPli).empty());
}

TEST_F(RoomTest, SaysGoodbyeForBothStreams) {
  viewer_.say_bye(at_ms(0));
  auto byes = downlink_.parsed<rtc::rtcp::Bye>(Type::bye);
  ASSERT_EQ(byes.size(), 1U);
  EXPECT_EQ(byes[0].sources.size(), 2U);
  auto names = downlink_.parsed<rtc::rtcp::Sdes>(Type::sdes);
  ASSERT_EQ(names.size(), 1U);
  EXPECT_EQ(names[0].chunks.size(), 2U);
}

TEST_F(RoomTest, IgnoresStreamsThatWereNotAnnounced) {
  room_.publish(publisher_, Part::main, at_ms(0));
  room_.add(viewer_, at_ms(0));
  std::array<std::uint8_t, 64> buffer{};
  for (std::uint32_t ssrc = 1; ssrc < 1000; ++ssrc) {
    auto size = rtc::write_rtp(buffer, {77, true, 1, 1, {ssrc}}, Bytes(buffer).first(3));
    publisher_.on_rtp(*rtc::RtpPacket::parse(MutableBytes(buffer).first(size)), at_ms(1));
  }
  EXPECT_EQ(publisher_.counters().unknown_stream, 999U);
  EXPECT_TRUE(downlink_.rtp.empty());
}

}  // namespace classcast::relay
