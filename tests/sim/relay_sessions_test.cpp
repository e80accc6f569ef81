// SPDX-License-Identifier: MIT
// The whole relay but its socket: publishers and viewers with real ICE, DTLS and SRTP over links that lose,
// delay and reorder.
#include "base/random.hpp"
#include "rtc/rtcp/pli.hpp"
#include "rtc/sdp_fragment.hpp"
#include "sim/relay_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace classcast::sim {
namespace {

using relay::SessionRole;
using testing::Contains;

/// Runs for `duration`; the viewers ask for lost packets every 20 ms.
void run(World& world, Duration duration, const std::vector<ViewerClient*>& viewers = {}) {
  auto end = world.network.now() + duration;
  while (world.network.now() < end) {
    world.network.run_for(20ms);
    for (auto* viewer : viewers) viewer->ask_again();
  }
}

bool connect(World& world, const Client& client) {
  return world.network.run_until([&] { return client.connected(); }, 10s);
}

std::int64_t steps(const ViewerClient& viewer) {
  std::set<std::uint32_t> timestamps;
  for (const auto& [seq, timestamp] : viewer.received) timestamps.insert(timestamp);
  return static_cast<std::int64_t>(timestamps.size());
}

TEST(RelaySessions, ForwardEveryPacketInOrderOnAGoodLink) {
  World world({.loss = 0, .delay = 5ms});
  CameraClient camera(world);
  ASSERT_TRUE(connect(world, camera));
  run(world, 100ms);
  ViewerClient first(world);
  ViewerClient second(world);
  ASSERT_TRUE(connect(world, first));
  ASSERT_TRUE(connect(world, second));
  run(world, 100ms);
  camera.film(250, 50);
  run(world, 11s);
  for (const auto* viewer : {&first, &second}) {
    EXPECT_EQ(viewer->received.size(), 1000U);
    EXPECT_EQ(viewer->missing(), 0);
    EXPECT_EQ(steps(*viewer), 250);
    EXPECT_EQ(viewer->ssrcs.size(), 1U);
  }
  auto status = world.sessions.status(world.network.now());
  ASSERT_EQ(status.rooms.size(), 1U);
  EXPECT_EQ(status.rooms[0].viewers, 2);
  EXPECT_EQ(status.rooms[0].publisher->video->frames, 250);
  EXPECT_EQ(status.rooms[0].publisher->video->keyframes, 5);
}

TEST(RelaySessions, ALateViewerBeginsWithTheCachedPicture) {
  World world({.loss = 0, .delay = 5ms});
  CameraClient camera(world);
  ASSERT_TRUE(connect(world, camera));
  camera.film(200, 1000);  // one keyframe in 8 s
  run(world, 6s);
  ViewerClient viewer(world);
  ASSERT_TRUE(connect(world, viewer));
  auto connected_at = world.network.now();
  ASSERT_TRUE(world.network.run_until([&] { return steps(viewer) > 1; }, 1s));
  EXPECT_LT(world.network.now() - connected_at, 20ms);
  run(world, 3s);
  EXPECT_EQ(viewer.received.size(), 800U) << "everything since the keyframe";
  EXPECT_EQ(viewer.missing(), 0);
  EXPECT_EQ(camera.keyframe_requests, 0);
}

class RelayLoss : public testing::TestWithParam<double> {};

TEST_P(RelayLoss, IsRepairedOnBothSides) {
  World world({.loss = GetParam(), .delay = 20ms, .jitter = 10ms}, 7);
  CameraClient camera(world);
  ASSERT_TRUE(connect(world, camera));
  run(world, 1s);
  ViewerClient viewer(world);
  ASSERT_TRUE(connect(world, viewer));
  run(world, 500ms);
  camera.film(250, 25);
  run(world, 12s, {&viewer});
  EXPECT_GT(world.sessions.totals().nacks_out, 0U);
  EXPECT_GT(world.sessions.totals().resent, 0U);
  EXPECT_GE(viewer.received.size(), 990U);
  EXPECT_LE(viewer.missing(), 5);
  EXPECT_GE(steps(viewer), 248);
}

INSTANTIATE_TEST_SUITE_P(Levels, RelayLoss, testing::Values(0.01, 0.05, 0.10));

TEST(RelaySessions, ViewersOutliveThePublisher) {
  World world({.loss = 0, .delay = 5ms});
  auto camera = std::make_unique<CameraClient>(world);
  ASSERT_TRUE(connect(world, *camera));
  run(world, 100ms);
  ViewerClient viewer(world);
  ASSERT_TRUE(connect(world, viewer));
  run(world, 100ms);
  camera->film(50, 50);
  run(world, 3s);
  camera->client->close();
  run(world, 1s);
  EXPECT_THAT(world.notes, Contains("closed by the peer"));
  EXPECT_EQ(world.sessions.status(world.network.now()).rooms[0].viewers, 1);

  CameraClient again(world);
  ASSERT_TRUE(connect(world, again));
  run(world, 100ms);
  again.film(50, 50);
  run(world, 3s);
  EXPECT_EQ(viewer.received.size(), 400U);
  EXPECT_EQ(viewer.missing(), 0) << "sequence numbers go on";
  EXPECT_EQ(viewer.ssrcs.size(), 1U) << "under the same SSRC";
  EXPECT_EQ(steps(viewer), 100);
}

TEST(RelaySessions, ANewerPublisherTakesTheRoomOver) {
  World world({.loss = 0, .delay = 5ms});
  CameraClient older(world);
  ASSERT_TRUE(connect(world, older));
  run(world, 100ms);
  CameraClient newer(world);
  ASSERT_TRUE(connect(world, newer));
  run(world, 100ms);
  EXPECT_THAT(world.notes, Contains("a newer publisher took the room over"));
  EXPECT_FALSE(world.sessions.exists(older.name()));
  EXPECT_TRUE(world.sessions.exists(newer.name()));
}

TEST(RelaySessions, APublisherIsAskedForTheKeyframeThatAViewerNeeds) {
  World world({.loss = 0, .delay = 5ms});
  CameraClient camera(world);
  ASSERT_TRUE(connect(world, camera));
  camera.film(100, 1000);
  run(world, 500ms);
  ViewerClient viewer(world);
  ASSERT_TRUE(connect(world, viewer));
  run(world, 500ms);
  Buffer pli(64);
  Writer writer(pli);
  rtc::rtcp::Pli{{1}, {*viewer.ssrcs.begin()}}.write(writer);
  viewer.client->send_rtcp(writer.written());
  run(world, 100ms);
  EXPECT_EQ(camera.keyframe_requests, 1);
}

TEST(RelaySessions, WhoFallsSilentIsForgotten) {
  World world({.loss = 0, .delay = 5ms});
  CameraClient camera(world);
  ASSERT_TRUE(connect(world, camera));
  run(world, 100ms);
  ViewerClient viewer(world);
  ASSERT_TRUE(connect(world, viewer));
  run(world, 100ms);
  viewer.client->fall_silent();
  run(world, rtc::kConsentTimeout + 1s);
  EXPECT_FALSE(world.sessions.exists(viewer.name()));
  EXPECT_TRUE(world.sessions.exists(camera.name()));
  EXPECT_THAT(world.notes, Contains("the peer no longer answers"));
}

TEST(RelaySessions, WhoNeverConnectsIsForgotten) {
  World world({.loss = 1, .delay = 5ms});
  CameraClient camera(world);
  run(world, rtc::kConnectTimeout + 1s);
  EXPECT_FALSE(world.sessions.exists(camera.name()));
  EXPECT_FALSE(world.sessions.next_deadline()) << "an empty relay sleeps";
  EXPECT_TRUE(world.sessions.status(world.network.now()).rooms.empty());
}

TEST(RelaySessions, IceRestartsWithoutAGapInTheMedia) {
  World world({.loss = 0, .delay = 5ms});
  CameraClient camera(world);
  ASSERT_TRUE(connect(world, camera));
  run(world, 100ms);
  ViewerClient viewer(world);
  ASSERT_TRUE(connect(world, viewer));
  run(world, 100ms);
  camera.film(100, 50);
  run(world, 1s);

  auto fresh = rtc::IceCredentials::random();
  rtc::SdpFragment fragment{.ufrag = fresh.ufrag, .pwd = fresh.pwd, .mid = "0", .candidates = {}};
  auto stale = world.sessions.patch({viewer.name(), fragment.text(), "\"other\"", {}}, world.network.now());
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().id, protocol::ErrorId::precondition_failed);
  auto patched = world.sessions.patch({viewer.name(), fragment.text(), "*", {}}, world.network.now());
  ASSERT_TRUE(patched);
  ASSERT_TRUE(patched->fragment);
  EXPECT_NE(patched->etag, viewer.opened.etag);
  auto ours = rtc::SdpFragment::parse(*patched->fragment).value();
  viewer.client->restart_ice(fresh, {ours.ufrag, ours.pwd}, world.network.now());
  run(world, rtc::kConsentTimeout + 5s);
  EXPECT_TRUE(world.sessions.exists(viewer.name()));
  EXPECT_EQ(viewer.received.size(), 400U);
  EXPECT_EQ(viewer.missing(), 0);

  auto trickle =
      world.sessions.patch({viewer.name(), fragment.text(), std::nullopt, {}}, world.network.now());
  ASSERT_TRUE(trickle);
  EXPECT_FALSE(trickle->fragment) << "credentials that are known already restart nothing";
  const auto& before = viewer.ice;
  rtc::SdpFragment late{.ufrag = before.ufrag, .pwd = before.pwd, .mid = "0", .candidates = {}};
  trickle = world.sessions.patch({viewer.name(), late.text(), std::nullopt, {}}, world.network.now());
  ASSERT_TRUE(trickle);
  EXPECT_FALSE(trickle->fragment) << "nor does a candidate of the generation before, which comes late";
}

TEST(RelaySessions, StrangersChangeNothing) {
  World world({.loss = 0, .delay = 5ms});
  CameraClient camera(world);
  ASSERT_TRUE(connect(world, camera));
  run(world, 100ms);
  auto before = world.sessions.status(world.network.now());
  Buffer junk(200);
  for (int i = 0; i < 20'000; ++i) {
    random_fill(junk);
    junk[0] = static_cast<std::uint8_t>(i % 256);
    rtc::Tuple tuple{
        world.address, rtc::Address::v4({203, 0, 113, 9}, static_cast<std::uint16_t>(1024 + i)), {}};
    world.sessions.receive(tuple, junk, world.network.now());
  }
  EXPECT_EQ(world.sessions.totals().strangers, 20'000U);
  EXPECT_EQ(world.sessions.status(world.network.now()).sessions, before.sessions);
  camera.film(10, 10);
  run(world, 1s);
  EXPECT_EQ(world.sessions.status(world.network.now()).rooms[0].publisher->video->frames, 10);
}

TEST(RelaySessions, WatchingAnEmptyRoomIsAConflict) {
  World world({});
  auto ice = rtc::IceCredentials::random();
  auto opened =
      world.open(SessionRole::watch, offer(SessionRole::watch, ice, world.certificate->fingerprint()));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().id, protocol::ErrorId::conflict);
  EXPECT_EQ(opened.error().retry_after_s, 1);
}

TEST(RelaySessions, EndedSessionsLeaveNothingBehind) {
  World world({.loss = 0, .delay = 1ms});
  CameraClient camera(world);
  ASSERT_TRUE(connect(world, camera));
  run(world, 100ms);
  std::vector<std::unique_ptr<ViewerClient>> viewers;  // the network's timers point to them
  for (int i = 0; i < 50; ++i) {
    auto& viewer = *viewers.emplace_back(std::make_unique<ViewerClient>(world));
    ASSERT_TRUE(connect(world, viewer));
    EXPECT_TRUE(world.sessions.close(viewer.name(), world.network.now()));
    EXPECT_FALSE(world.sessions.close(viewer.name(), world.network.now()));
    run(world, 10ms);
    viewer.client.reset();
  }
  EXPECT_EQ(world.sessions.totals().sessions, 1U);
  world.sessions.close_all(world.network.now());
  EXPECT_EQ(world.sessions.totals().sessions, 0U);
  EXPECT_TRUE(world.sessions.status(world.network.now()).rooms.empty());
  run(world, 100ms);
}

}  // namespace
}  // namespace classcast::sim
