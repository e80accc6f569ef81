// SPDX-License-Identifier: MIT
#include "bench/load/first_frame.hpp"

#include "rtc/codec.hpp"
#include "rtc/rtp.hpp"

#include <random>
#include <thread>

namespace classcast::load {

namespace {

/// Watches for a keyframe of which nothing is missing.
class KeyframeWatch {
 public:
  bool take(std::vector<Buffer>& packets) {
    for (auto& bytes : std::exchange(packets, {})) {
      if (auto packet = rtc::RtpPacket::parse(bytes)) take(*packet);
    }
    return whole_;
  }

 private:
  void take(const rtc::RtpPacket& packet) {
    auto begins = rtc::starts_keyframe(rtc::CodecKind::h264, packet.payload());
    bool follows = inside_ && packet.seq() == static_cast<std::uint16_t>(seq_ + 1);
    inside_ = begins || follows;
    seq_ = packet.seq();
    whole_ = whole_ || (inside_ && packet.marker());
    if (packet.marker()) inside_ = false;
  }
  bool inside_ = false;
  bool whole_ = false;
  std::uint16_t seq_ = 0;
};

Result<Duration> first_frame(const Http& http, const std::string& room, const Network& network) {
  constexpr Duration kPatience = 10s;
  auto begin = now();
  auto client = Client::open(http, Direction::watch, room, network);
  if (!client) return fail(client);
  KeyframeWatch watch;
  auto& viewer = **client;
  bool seen = viewer.receive_until(begin + kPatience, [&] { return watch.take(viewer.rtc().rtp); });
  if (!seen) return fail(Errc::timeout, "a viewer of {} saw no keyframe", room);
  auto took = now() - begin;
  viewer.hang_up(http);
  return took;
}

}  // namespace

Result<std::vector<Duration>> first_frames(const Http& http, const std::string& room, const Network& network,
                                           std::size_t count) {
  std::vector<Duration> times;
  std::mt19937 random(2);
  std::uniform_int_distribution<int> pause_ms(20, 180);
  while (times.size() < count) {
    // People come at any moment between two keyframes.
    std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms(random)));
    auto time = first_frame(http, room, network);
    if (!time) return fail(time);
    times.push_back(*time);
  }
  return times;
}

}  // namespace classcast::load
