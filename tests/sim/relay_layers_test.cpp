// SPDX-License-Identifier: MIT
// Layers, bandwidth and pausing over links that lose, delay, reorder and are too narrow: the whole relay but
// its socket, in virtual time.
#include "relay/arrivals.hpp"
#include "rtc/rtcp/nack.hpp"
#include "rtc/rtcp/pause.hpp"
#include "rtc/rtcp/pli.hpp"
#include "rtc/rtcp/receiver_report.hpp"
#include "rtc/rtcp/sender_report.hpp"
#include "sim/relay_world.hpp"

#include <gtest/gtest.h>

#include <array>

namespace classcast::sim {
namespace {

using relay::LayerName;
using relay::SessionRole;

constexpr Duration kFrame = 40ms;

/// One layer of a camera: `packets` of 1,000 octets a frame, a keyframe every two seconds; its reports carry
/// the time of the simulated world. Obeys PAUSE and RESUME, and begins with its group of pictures when it is
/// woken.
class LayerCamera final : public Client {
 public:
  LayerCamera(World& world, const Traits& traits, int packets)
      : Client(world, SessionRole::publish, traits), ssrc_{traits.ssrc}, packets_(packets) {
    world_.network.at(world_.network.now() + kFrame, [this] { tick(); });
  }
  [[nodiscard]] bool paused() const { return paused_; }
  int resumes = 0;
  std::optional<Instant> woken_at;

 private:
  void tick() {
    world_.network.at(world_.network.now() + kFrame, [this] { tick(); });
    if (!connected()) return;
    if (frames_ % kGop == 0) group_.clear();
    group_.push_back(frame(frames_ % kGop == 0));
    if (!paused_) send(group_.back());
    if (frames_ % 25 == 0) report();
    ++frames_;
  }
  struct Frame {
    bool key;
    std::uint32_t timestamp;
  };
  Frame frame(bool key) { return {key, timestamp_ += 3600}; }
  void send(const Frame& frame) {
    for (int i = 0; i < packets_; ++i) {
      Buffer packet(1200);
      Buffer payload(1000, static_cast<std::uint8_t>(packets_));
      payload[0] = 0x7c;
      payload[1] = static_cast<std::uint8_t>((i == 0 ? 0x80 : 0) | (frame.key ? 5 : 1));
      rtc::RtpHeader header{kVideoPt, i + 1 == packets_, seq_, frame.timestamp, ssrc_};
      packet.resize(rtc::write_rtp(packet, header, payload));
      sent_[seq_++] = packet;
      client->send_rtp(packet);
    }
  }
  void report() {
    std::array<std::uint8_t, 200> buffer{};
    Writer writer(buffer);
    auto seconds = std::chrono::duration<double>(world_.network.now().time_since_epoch()).count();
    rtc::rtcp::SenderReport{.sender = ssrc_,
                            .ntp = static_cast<std::uint64_t>(seconds * 4294967296.0),
                            .rtp_time = timestamp_,
                            .packets = 1,
                            .octets = 1,
                            .blocks = {}}
        .write(writer);
    client->send_rtcp(writer.written());
  }
  void on_datagram() override {
    for (const auto& compound : std::exchange(client->rtcp, {})) {
      rtc::rtcp::Compound packets(compound);
      while (auto packet = packets.next()) take(*packet);
    }
  }
  void take(const rtc::rtcp::PacketView& packet) {
    if (auto nack = rtc::rtcp::Nack::parse(packet)) {
      nack->for_each([this](std::uint16_t seq) {
        if (auto lost = sent_.find(seq); lost != sent_.end()) client->send_rtp(lost->second);
      });
    }
    auto pause = rtc::rtcp::Pause::parse(packet);
    if (!pause) return;
    for (const auto& entry : pause->entries) {
      if (entry.target != ssrc_) continue;
      if (entry.kind == rtc::rtcp::Pause::Kind::pause) paused_ = true;
      if (entry.kind == rtc::rtcp::Pause::Kind::resume) resume();
    }
  }
  void resume() {
    ++resumes;
    if (!std::exchange(paused_, false)) return;
    woken_at = world_.network.now();
    for (const auto& cached : group_) send(cached);
  }

  static constexpr int kGop = 50;
  rtc::Ssrc ssrc_;
  int packets_;
  int frames_ = 0;
  std::uint16_t seq_ = 65400;
  std::uint32_t timestamp_ = 0xffff0000;
  bool paused_ = false;
  std::vector<Frame> group_;
  std::map<std::uint16_t, Buffer> sent_;
};

/// A browser: transport-wide feedback, NACKs, receiver reports.
class Browser final : public Client {
 public:
  Browser(World& world, const Traits& traits) : Client(world, SessionRole::watch, traits) {
    world_.network.at(world_.network.now() + 20ms, [this] { tick(); });
  }
  /// Packets of the layer's mark within the last second.
  [[nodiscard]] int of_layer(int mark) const {
    int found = 0;
    for (const auto& [at, layer] : seen_) found += layer == mark && at > world_.network.now() - 1s ? 1 : 0;
    return found;
  }
  /// Sequence numbers between the first and the newest that never came.
  [[nodiscard]] std::int64_t missing() const {
    if (received.empty()) return 0;
    return received.rbegin()->first - received.begin()->first + 1 -
           static_cast<std::int64_t>(received.size());
  }
  /// Extended sequence number to extended timestamp.
  std::map<std::int64_t, std::int64_t> received;
  std::optional<Instant> first_at;

 private:
  void tick() {
    world_.network.at(world_.network.now() + 20ms, [this] { tick(); });
    if (!connected()) return;
    if (auto feedback = arrivals_.due(world_.network.now())) send(*feedback);
    ask_again();
    if (++ticks_ % 50 == 0) send(rtc::rtcp::ReceiverReport{{1}, {}});
  }
  void ask_again() {
    if (missing() == 0 || !ssrc_) return;
    rtc::rtcp::Nack nack{.sender = {1}, .media = *ssrc_, .items = {}};
    auto next = received.rbegin()->first - 400;
    for (auto it = received.lower_bound(next); it != received.end(); ++it) {
      for (next = std::max(next, received.begin()->first); next < it->first; ++next) {
        nack.add(static_cast<std::uint16_t>(next));
      }
      next = it->first + 1;
    }
    send(nack);
  }
  template <typename Packet>
  void send(const Packet& packet) {
    std::array<std::uint8_t, 1400> buffer{};
    Writer writer(buffer);
    packet.write(writer);
    client->send_rtcp(writer.written());
  }
  void on_datagram() override {
    client->rtcp.clear();
    for (auto& buffer : std::exchange(client->rtp, {})) {
      if (auto packet = rtc::RtpPacket::parse(buffer)) take(*packet);
    }
  }
  void take(rtc::RtpPacket packet) {
    auto now = world_.network.now();
    if (auto seq = rtc::transport_seq(packet, kTransportId)) arrivals_.on_packet(*seq, now);
    if (packet.payload_type() == kRtxPt) {
      if (!ssrc_) return;
      auto original = rtc::unwrap_rtx(packet, {*ssrc_, kVideoPt});
      if (!original) return;
      packet = *original;
    } else {
      if (!first_at) first_at = now;
      ssrc_ = packet.ssrc();
      seen_.emplace_back(now, packet.payload()[2]);
    }
    auto timestamp = timestamps_.unwrap(packet.timestamp());
    auto [known, fresh] = received.emplace(seqs_.unwrap(packet.seq()), timestamp);
    EXPECT_TRUE(fresh || known->second == timestamp) << "a repetition has its first timestamp";
  }

  relay::Arrivals arrivals_;
  std::optional<rtc::Ssrc> ssrc_;
  rtc::SeqUnwrapper seqs_;
  rtc::TimestampUnwrapper timestamps_;
  std::vector<std::pair<Instant, int>> seen_;
  int ticks_ = 0;
};

constexpr int kHighPackets = 8;  // 1.7 Mbit/s
constexpr int kLowPackets = 1;   // 0.2 Mbit/s

class Classroom {
 public:
  explicit Classroom(LinkQuality quality = {.loss = 0, .delay = 10ms}, unsigned seed = 1,
                     bool can_pause = false)
      : world(quality, seed),
        high(world, {.can_pause = can_pause, .ssrc = 100}, kHighPackets),
        low(world, {.part = relay::Part::low, .can_pause = can_pause, .ssrc = 200}, kLowPackets) {
    connect(high);
    connect(low);
  }
  void connect(const Client& client) {
    ASSERT_TRUE(world.network.run_until([&] { return client.connected(); }, 14s));
  }
  World world;
  LayerCamera high;
  LayerCamera low;
};

/// Sequence numbers without a gap, timestamps that never go back.
void is_continuous(const Browser& browser, std::int64_t tolerated = 0) {
  EXPECT_LE(browser.missing(), tolerated);
  std::int64_t before = browser.received.begin()->second;
  for (const auto& [seq, timestamp] : browser.received) {
    ASSERT_GE(timestamp, before) << seq;
    ASSERT_LE(timestamp - before, 90'000) << seq;
    before = timestamp;
  }
}

TEST(RelayLayers, AViewerOnANarrowedLinkIsMovedDownAndBackUp) {
  Classroom room;
  Browser viewer(room.world, {.transport_cc = true});
  room.connect(viewer);
  auto& link = room.world.bottlenecks.emplace(viewer.address(), Bottleneck(8e6)).first->second;
  room.world.network.run_for(6s);
  EXPECT_GT(viewer.of_layer(kHighPackets), 150);
  link.set_bps(0.9e6);
  ASSERT_TRUE(room.world.network.run_until([&] { return viewer.of_layer(kHighPackets) == 0; }, 12s));
  EXPECT_GT(viewer.of_layer(kLowPackets), 10);
  room.world.network.run_for(20s);
  EXPECT_EQ(viewer.of_layer(kHighPackets), 0) << "probes tell that there is no room";
  link.set_bps(8e6);
  ASSERT_TRUE(room.world.network.run_until([&] { return viewer.of_layer(kHighPackets) > 150; }, 40s));
  is_continuous(viewer, 400);
}

/// What relay-link.test.mjs does with a browser: a line that loses 3 % and carries 0.8 Mbit/s for so many
/// seconds more than it takes to notice.
class RelayLayersRecovery : public testing::TestWithParam<unsigned> {};

TEST_P(RelayLayersRecovery, FollowsWithinTwentySeconds) {
  Classroom room({.loss = 0.03, .delay = 40ms, .jitter = 2ms}, GetParam());
  Browser viewer(room.world, {.transport_cc = true});
  room.connect(viewer);
  auto& link = room.world.bottlenecks.emplace(viewer.address(), Bottleneck(50e6)).first->second;
  room.world.network.run_for(20s);
  link.set_bps(0.8e6);
  ASSERT_TRUE(room.world.network.run_until([&] { return viewer.of_layer(kHighPackets) == 0; }, 20s));
  room.world.network.run_for(std::chrono::seconds(GetParam()));
  link.set_bps(50e6);
  EXPECT_TRUE(room.world.network.run_until([&] { return viewer.of_layer(kHighPackets) > 150; }, 20s));
}

INSTANTIATE_TEST_SUITE_P(Seeds, RelayLayersRecovery,
                         testing::Values(2U, 3U, 5U, 6U, 8U, 9U, 11U, 17U, 23U, 29U));

TEST(RelayLayers, ALayerIsChangedByRequestWithoutAGap) {
  Classroom room;
  Browser viewer(room.world, {.layer = LayerName::low, .transport_cc = true});
  room.connect(viewer);
  room.world.network.run_for(3s);
  EXPECT_EQ(viewer.of_layer(kHighPackets), 0);
  auto now = room.world.network.now();
  ASSERT_TRUE(room.world.sessions.choose_layer(viewer.name(), LayerName::high, now));
  room.world.network.run_for(1500ms);
  EXPECT_GT(viewer.of_layer(kHighPackets), 150);
  EXPECT_EQ(viewer.of_layer(kLowPackets), 0);
  for (int i = 0; i < 6; ++i) {
    room.world.sessions.choose_layer(viewer.name(), i % 2 == 0 ? LayerName::low : LayerName::high,
                                     room.world.network.now());
    room.world.network.run_for(1300ms);
  }
  is_continuous(viewer);
  auto span = viewer.received.rbegin()->second - viewer.received.begin()->second;
  auto passed = std::chrono::duration<double>(room.world.network.now() - *viewer.first_at).count();
  EXPECT_NEAR(static_cast<double>(span) / 90000, passed, 0.3)
      << "the time line is not stretched by the moves";
}

struct Lossy {
  double loss;
  Duration delay;
  Duration jitter;
};
class RelayLayersLossy : public testing::TestWithParam<Lossy> {};

TEST_P(RelayLayersLossy, KeepTheBetterLayerAndRepairIt) {
  auto [loss, delay, jitter] = GetParam();
  Classroom room({.loss = loss, .delay = delay, .jitter = jitter}, 11);
  Browser viewer(room.world, {.transport_cc = true});
  room.connect(viewer);
  room.world.network.run_for(20s);
  EXPECT_GT(viewer.of_layer(kHighPackets), 120) << "loss that is not congestion does not cost the layer";
  room.world.network.run_for(2s);
  auto count = static_cast<std::int64_t>(viewer.received.size());
  EXPECT_GT(count, 3500);
  EXPECT_LE(viewer.missing(), count / 20);
  auto estimate = room.world.sessions.view(viewer.name(), room.world.network.now());
  ASSERT_TRUE(estimate);
  EXPECT_EQ(estimate->layer, LayerName::high);
}

INSTANTIATE_TEST_SUITE_P(Links, RelayLayersLossy,
                         testing::Values(Lossy{0, 0ms, 0ms}, Lossy{0.01, 40ms, 5ms}, Lossy{0.03, 40ms, 10ms},
                                         Lossy{0.05, 100ms, 20ms}, Lossy{0.05, 300ms, 10ms}));

TEST(RelayLayers, HeavyLossCostsTheBetterLayer) {
  Classroom room;
  Browser viewer(room.world, {.transport_cc = true});
  room.connect(viewer);
  room.world.network.run_for(3s);
  room.world.network.set_quality({.loss = 0.25, .delay = 20ms});
  EXPECT_TRUE(room.world.network.run_until([&] { return viewer.of_layer(kHighPackets) == 0; }, 30s));
}

TEST(RelayLayers, AnUnwatchedRoomIsPausedAndWokenByThePost) {
  Classroom room({.loss = 0, .delay = 10ms}, 1, true);
  room.world.network.run_for(5s);
  EXPECT_TRUE(room.high.paused());
  EXPECT_TRUE(room.low.paused());
  auto status = room.world.sessions.status(room.world.network.now());
  ASSERT_EQ(status.rooms.size(), 1U);
  EXPECT_TRUE(status.rooms[0].paused);
  EXPECT_EQ(status.rooms[0].layers.size(), 2U);
  room.world.network.run_for(60s);
  EXPECT_TRUE(room.high.paused()) << "a paused publisher stays";

  auto asked_at = room.world.network.now();
  Browser viewer(room.world, {.transport_cc = true});
  ASSERT_TRUE(room.world.network.run_until([&] { return room.high.woken_at.has_value(); }, 1s));
  EXPECT_EQ(*room.high.woken_at - asked_at, 10ms) << "one way to the publisher after the POST";
  room.connect(viewer);
  ASSERT_TRUE(room.world.network.run_until([&] { return viewer.first_at.has_value(); }, 1s));
  EXPECT_LT(*viewer.first_at - asked_at, 300ms) << "the handshake, no waiting for a keyframe";
  room.world.network.run_for(4s);
  is_continuous(viewer);
  EXPECT_TRUE(room.low.paused()) << "nobody watches the small picture";
  EXPECT_FALSE(room.world.sessions.status(room.world.network.now()).rooms[0].paused);

  room.world.sessions.close(viewer.name(), room.world.network.now());
  room.world.network.run_for(4s);
  EXPECT_TRUE(room.high.paused());
}

TEST(RelayLayers, ALayerIsWokenForAViewerThatAsksForIt) {
  Classroom room({.loss = 0.02, .delay = 30ms}, 5, true);
  Browser viewer(room.world, {.layer = LayerName::low, .transport_cc = true});
  room.connect(viewer);
  room.world.network.run_for(6s);
  ASSERT_TRUE(room.high.paused());
  room.world.sessions.choose_layer(viewer.name(), LayerName::high, room.world.network.now());
  ASSERT_TRUE(room.world.network.run_until([&] { return viewer.of_layer(kHighPackets) > 0; }, 2s));
  room.world.network.run_for(5s);
  EXPECT_TRUE(room.low.paused());
  EXPECT_GT(viewer.of_layer(kHighPackets), 150);
}

}  // namespace
}  // namespace classcast::sim
