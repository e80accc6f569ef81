// SPDX-License-Identifier: MIT
// A room in two layers, with viewers that are moved between them; and its publishers, paused and woken.
#include "relay/room.hpp"
#include "rtc/rtcp/pause.hpp"
#include "rtc/rtcp/pli.hpp"
#include "rtc/rtcp/sender_report.hpp"
#include "unit/relay/media.hpp"
#include "unit/relay/recorder.hpp"

#include <gtest/gtest.h>

namespace classcast::relay {

using namespace testing;
using rtc::rtcp::Type;

namespace {

constexpr std::uint32_t kLowVideo = 5555;

PublisherOptions pausable(PublisherOptions options) {
  for (auto& track : options.tracks) track.feedback.pause = track.kind == rtc::MediaKind::video;
  return options;
}

PublisherOptions picture_only(std::uint32_t ssrc) {
  auto options = pausable(classroom(ssrc));
  options.tracks.pop_back();
  return options;
}

ViewerOptions wanting(LayerWish wish) {
  auto options = browser();
  options.wish = wish;
  return options;
}

rtc::rtcp::SenderReport report(std::uint32_t ssrc, std::uint64_t ntp_s, std::uint32_t rtp_time) {
  return {
      .sender = {ssrc}, .ntp = ntp_s << 32, .rtp_time = rtp_time, .packets = 1, .octets = 1, .blocks = {}};
}

std::vector<rtc::rtcp::Pause::Entry> requests(const Recorder& uplink) {
  std::vector<rtc::rtcp::Pause::Entry> found;
  for (const auto& pause :
       uplink.parsed<rtc::rtcp::Pause>(Type::transport_feedback, rtc::rtcp::kFormatPause)) {
    for (const auto& entry : pause.entries) found.push_back(entry);
  }
  return found;
}

}  // namespace

class RoomLayersTest : public ::testing::Test {
 protected:
  RoomLayersTest() {
    room_.publish(high_, Part::main, at_ms(0));
    room_.publish(low_, Part::low, at_ms(0));
  }
  /// Both cameras send a frame; every `gop`-th is a keyframe.
  void film(int from_ms, int to_ms, int gop = 25) {
    for (int ms = from_ms; ms < to_ms; ms += 40, ++frame_) {
      for (auto* camera : {&high_camera_, &low_camera_}) {
        frame_ % gop == 0 ? camera->keyframe(at_ms(ms)) : camera->frame(at_ms(ms));
      }
      pass(ms);
    }
  }
  void pass(int ms) {
    room_.review(at_ms(ms));
    for (auto* viewer : viewers_) viewer->handle_timeout(at_ms(ms));
    for (auto* publisher : {&high_, &low_}) {
      if (publisher->next_deadline() <= at_ms(ms)) publisher->handle_timeout(at_ms(ms));
    }
  }
  void add(Viewer& viewer, int ms) {
    viewers_.push_back(&viewer);
    ASSERT_TRUE(room_.add(viewer, at_ms(ms)));
  }
  /// Numbers go on, and timestamps never go back.
  static void is_continuous(const std::vector<Recorder::Rtp>& sent) {
    for (std::size_t i = 1; i < sent.size(); ++i) {
      ASSERT_EQ(sent[i].seq, static_cast<std::uint16_t>(sent[i - 1].seq + 1)) << i;
      ASSERT_LT(sent[i].timestamp - sent[i - 1].timestamp, 90'000U) << i;
    }
  }

  Room room_{*RoomId::parse("room-101")};
  Recorder high_uplink_, low_uplink_;
  Publisher high_{pausable(classroom()), high_uplink_, room_};
  Publisher low_{picture_only(kLowVideo), low_uplink_, room_};
  Camera high_camera_{high_};
  Camera low_camera_{low_, kLowVideo, 30000, 7'000'000};
  std::vector<Viewer*> viewers_;
  int frame_ = 0;
};

TEST_F(RoomLayersTest, HasBothPicturesAndOneSound) {
  auto sources = room_.sources();
  ASSERT_EQ(sources.pictures.size(), 2U);
  EXPECT_EQ(sources.pictures[0].name, LayerName::high);
  EXPECT_EQ(sources.pictures[1].name, LayerName::low);
  EXPECT_NE(sources.sound, nullptr);
}

TEST_F(RoomLayersTest, GivesEveryViewerTheLayerItAskedFor) {
  Recorder at_high, at_low;
  Viewer high(browser(), at_high);
  Viewer low(wanting(LayerName::low), at_low);
  add(high, 0);
  add(low, 0);
  low_camera_.grow_to(40);
  film(0, 1000);
  EXPECT_EQ(at_high.of(kViewerVideo).back().payload.size(), 4U);
  EXPECT_EQ(at_low.of(kViewerVideo).back().payload.size(), 40U);
  EXPECT_EQ(high.layer(), LayerName::high);
  EXPECT_EQ(low.layer(), LayerName::low);
}

TEST_F(RoomLayersTest, MovesAViewerAtOnceByTheCachedGroupOfPictures) {
  Recorder out;
  Viewer viewer(browser(), out);
  add(viewer, 0);
  low_camera_.grow_to(40);
  film(0, 2600, 250);
  auto before = out.of(kViewerVideo).size();
  viewer.set_wish(LayerName::low, at_ms(2610));
  EXPECT_GT(out.of(kViewerVideo).size(), before) << "no waiting for a keyframe";
  film(2640, 4000, 250);
  auto sent = out.of(kViewerVideo);
  is_continuous(sent);
  EXPECT_EQ(sent.back().payload.size(), 40U);
  EXPECT_EQ(viewer.counters().switches, 1U);
  // The group of pictures is squeezed into the gap; the live edge is where it would have been without the
  // move.
  EXPECT_NEAR(static_cast<double>(sent.back().timestamp - sent.front().timestamp), 3960 * 90.0, 60 * 90.0);
}

TEST_F(RoomLayersTest, AlignsTheLayersByTheirSenderReports) {
  Recorder out;
  Viewer viewer(browser(), out);
  add(viewer, 0);
  // The same moment on the publishers' clock: the low picture's encoder is 30 ms behind the high one's.
  high_.on_rtcp(compound(report(kSourceVideo, 100, high_camera_.next_timestamp())), at_ms(0));
  low_.on_rtcp(compound(report(kLowVideo, 100, low_camera_.next_timestamp() + 2700)), at_ms(0));
  film(0, 1000);
  viewer.set_wish(LayerName::low, at_ms(1000));
  film(1000, 2200);
  auto sent = out.of(kViewerVideo);
  is_continuous(sent);
  EXPECT_NEAR(static_cast<double>(sent.back().timestamp - sent.front().timestamp), 2160 * 90.0 - 2700, 2.0);
}

TEST_F(RoomLayersTest, WaitsForTheKeyframeThatIsSoonerThanAReplay) {
  Recorder out;
  Viewer viewer(browser(), out);
  add(viewer, 0);
  high_camera_.grow_to(1200);
  low_camera_.grow_to(1200);
  film(0, 3960, 50);  // keyframes every 2 s; the next comes at 4000
  viewer.set_wish(LayerName::low, at_ms(3990));
  auto before = out.of(kViewerVideo).size();
  EXPECT_EQ(viewer.layer(), LayerName::low) << "on its way";
  film(3960, 4400, 50);
  auto sent = out.of(kViewerVideo);
  is_continuous(sent);
  EXPECT_LT(sent.size() - before, 14U) << "no old pictures were sent";
}

TEST_F(RoomLayersTest, AsksABrowserForAKeyframeOfTheLayerThatIsWanted) {
  Recorder out;
  Viewer viewer(browser(), out);
  add(viewer, 0);
  film(0, 400);
  room_.unpublish(low_, at_ms(400));
  Recorder uplink;
  Publisher again(picture_only(6666), uplink, room_);
  Camera camera(again, 6666);
  room_.publish(again, Part::low, at_ms(400));
  camera.frame(at_ms(410));
  viewer.set_wish(LayerName::low, at_ms(420));
  again.handle_timeout(at_ms(420));
  auto asked = uplink.parsed<rtc::rtcp::Pli>(Type::payload_feedback, rtc::rtcp::kFormatPli);
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].media, rtc::Ssrc{6666});
  auto before = out.of(kViewerVideo).size();
  high_camera_.frame(at_ms(430));
  EXPECT_EQ(out.of(kViewerVideo).size(), before + 1) << "until then the old layer goes on";
  camera.keyframe(at_ms(440));
  high_camera_.frame(at_ms(450));
  EXPECT_EQ(out.of(kViewerVideo).size(), before + 2);
  is_continuous(out.of(kViewerVideo));
}

TEST_F(RoomLayersTest, AnswersNacksForTheLayerBefore) {
  Recorder out;
  Viewer viewer(browser(), out);
  add(viewer, 0);
  film(0, 1000);
  auto lost = out.of(kViewerVideo).back();
  viewer.set_wish(LayerName::low, at_ms(1000));
  rtc::rtcp::Nack nack{.sender = {1}, .media = {kViewerVideo}, .items = {}};
  nack.add(lost.seq);
  viewer.on_rtcp(compound(nack), at_ms(1040));
  auto again = out.of(kViewerRtx);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(Buffer(again[0].payload.begin() + 2, again[0].payload.end()), lost.payload);
}

TEST_F(RoomLayersTest, FallsBackToTheOtherLayerWhenOneIsGone) {
  Recorder out;
  Viewer viewer(browser(), out);
  add(viewer, 0);
  low_camera_.grow_to(40);
  film(0, 1000);
  room_.unpublish(high_, at_ms(1000));
  film(1000, 2000);
  auto sent = out.of(kViewerVideo);
  is_continuous(sent);
  EXPECT_EQ(sent.back().payload.size(), 40U);
}

TEST_F(RoomLayersTest, PausesTheLayerThatNobodyWatches) {
  Recorder out;
  Viewer viewer(wanting(LayerName::high), out);
  add(viewer, 0);
  film(0, 2960);
  EXPECT_TRUE(requests(low_uplink_).empty());
  film(2960, 3200);
  ASSERT_FALSE(requests(low_uplink_).empty());
  EXPECT_EQ(requests(low_uplink_)[0].target, rtc::Ssrc{kLowVideo});
  EXPECT_EQ(requests(low_uplink_)[0].kind, rtc::rtcp::Pause::Kind::pause);
  EXPECT_TRUE(requests(high_uplink_).empty());
  EXPECT_FALSE(room_.paused());
}

TEST_F(RoomLayersTest, KeepsThePictureWhoseSoundIsHeard) {
  Recorder out;
  Viewer viewer(wanting(LayerName::low), out);
  add(viewer, 0);
  film(0, 5000);
  EXPECT_TRUE(requests(high_uplink_).empty()) << "its sound would stop with it";
  auto silent_options = wanting(LayerName::low);
  silent_options.tracks.pop_back();
  room_.remove(viewer, at_ms(5000));
  viewers_.clear();
  Viewer silent(silent_options, out);
  add(silent, 5000);
  film(5000, 8200);
  EXPECT_FALSE(requests(high_uplink_).empty());
}

TEST_F(RoomLayersTest, WakesAPausedRoomWhenAViewerIsExpected) {
  film(0, 3200);
  for (int ms = 3200; ms < 5000; ms += 20) pass(ms);
  ASSERT_TRUE(room_.paused());
  auto before = requests(high_uplink_).size();
  // Its reports go on while it is paused: the group of pictures that it will send first begins two seconds
  // back.
  high_.on_rtcp(compound(report(kSourceVideo, 100, high_camera_.next_timestamp() + 50 * 3600)), at_ms(5000));
  Recorder out;
  Viewer viewer(browser(), out);
  room_.expect(viewer, at_ms(5000));
  auto asked = requests(high_uplink_);
  ASSERT_EQ(asked.size(), before + 1) << "at once, not at the next look";
  EXPECT_EQ(asked.back().kind, rtc::rtcp::Pause::Kind::resume);
  EXPECT_FALSE(room_.paused());
  add(viewer, 5100);
  EXPECT_TRUE(out.of(kViewerVideo).empty()) << "not the stale picture of before";
  // A woken publisher sends its cached group of pictures first, all at once.
  high_camera_.keyframe(at_ms(5110));
  for (int i = 0; i < 49; ++i) high_camera_.frame(at_ms(5110));
  for (int ms = 5120; ms < 6120; ms += 40) high_camera_.frame(at_ms(ms));
  auto sent = out.of(kViewerVideo);
  ASSERT_EQ(sent.size(), 75U);
  is_continuous(sent);
  auto burst = sent[49].timestamp - sent[0].timestamp;
  EXPECT_LE(burst, 330U * 90) << "two seconds of old pictures do not become two seconds of delay";
  EXPECT_EQ(sent[74].timestamp - sent[60].timestamp, 14U * 3600);
}

TEST_F(RoomLayersTest, NeverPausesAPublisherThatDidNotOfferIt) {
  Recorder uplink;
  Publisher plain(classroom(7777), uplink, room_);
  room_.publish(plain, Part::main, at_ms(0));
  for (int ms = 0; ms < 10'000; ms += 50) {
    room_.review(at_ms(ms));
    plain.handle_timeout(at_ms(ms));
  }
  EXPECT_TRUE(requests(uplink).empty());
}

TEST(Simulcast, BecomesLayersByRidWithTheirOwnRepair) {
  Room room(*RoomId::parse("room-101"));
  auto options = classroom();
  options.tracks.pop_back();
  options.extensions.mid = 1;
  options.extensions.rid = 2;
  options.extensions.repaired_rid = 3;
  auto& video = options.tracks[0];
  video.rids = {"l", "h"};
  video.ssrc.reset();
  video.rtx_pt = 98;
  Recorder uplink;
  Publisher publisher(options, uplink, room);
  room.publish(publisher, Part::main, at_ms(0));
  auto send = [&](std::uint8_t pt, std::uint32_t ssrc, std::uint16_t seq, std::uint8_t id, const char* rid,
                  Buffer payload) {
    Buffer packet = {0x90, pt, static_cast<std::uint8_t>(seq >> 8), static_cast<std::uint8_t>(seq), 0, 0,
                     0,    1};
    for (int shift = 24; shift >= 0; shift -= 8) packet.push_back(static_cast<std::uint8_t>(ssrc >> shift));
    // One-byte header extensions: mid "0" and the rid.
    for (std::uint8_t octet : {0xbe, 0xde, 0, 1, 0x10, int{'0'}, id << 4, int{rid[0]}})
      packet.push_back(octet);
    packet.insert(packet.end(), payload.begin(), payload.end());
    publisher.on_rtp(*rtc::RtpPacket::parse(packet), at_ms(seq));
  };
  send(kSourceVideoPt, 71, 10, 2, "l", {0x65, 1});
  send(kSourceVideoPt, 72, 10, 2, "h", {0x65, 2});
  auto pictures = room.sources().pictures;
  ASSERT_EQ(pictures.size(), 2U);
  EXPECT_EQ(pictures[0].name, LayerName::high);
  EXPECT_EQ(pictures[0].track->rid(), "h");
  EXPECT_EQ(pictures[0].track->ssrc(), rtc::Ssrc{72});
  EXPECT_EQ(pictures[1].track->ssrc(), rtc::Ssrc{71});
  send(kSourceVideoPt, 72, 12, 2, "h", {0x41, 2});
  ASSERT_EQ(pictures[0].track->gaps().missing(), 1U);
  send(98, 73, 1, 3, "h", {0, 11, 0x41, 3});
  EXPECT_EQ(pictures[0].track->gaps().missing(), 0U);
  EXPECT_EQ(publisher.counters().repaired, 1U);
}

}  // namespace classcast::relay
