// SPDX-License-Identifier: MIT
#include "bench/load/camera.hpp"

#include "rtc/rtp.hpp"

#include <sched.h>

#include <algorithm>
#include <random>

namespace classcast::load {

namespace {

constexpr std::uint32_t kSsrc = 4242;
constexpr std::uint8_t kFuA = 0x7c;  // RFC 6184 §5.8
constexpr std::uint8_t kIdr = 5;
constexpr std::uint8_t kSlice = 1;

/// Cameras are machines of their own: no thread of the generator makes them wait, and their frames come when
/// they are due instead of several at once. Needs root; without it they are late now and then.
void come_first() {
  sched_param first{.sched_priority = 1};
  sched_setscheduler(0, SCHED_FIFO, &first);
}

}  // namespace

Bytes Encoder::packet(bool key, bool first, bool last) {
  std::array<std::uint8_t, kPacketBytes - rtc::RtpPacket::kFixedHeader> payload{};
  Writer writer(payload);
  writer.u8(kFuA);
  writer.u8(static_cast<std::uint8_t>((first ? 0x80 : 0) | (last ? 0x40 : 0) | (key ? kIdr : kSlice)));
  writer.u64(static_cast<std::uint64_t>(wall_ns()));
  rtc::write_rtp(buffer_, {kVideoPt, last, seq_++, timestamp_, {kSsrc}}, payload);
  return buffer_;
}

void Cameras::add(Send send, std::function<void()> keep_alive) {
  static std::mt19937 random(1);
  auto phase = std::uniform_int_distribution<std::int64_t>(0, kFrameTime.count())(random);
  // Their keyframes fall anywhere too.
  auto frame = std::uniform_int_distribution<int>(0, Film{}.frames_per_group - 1)(random);
  timetables_.push_back({Duration(phase), frame});
  cameras_.push_back({std::move(send), std::move(keep_alive), Encoder(frame, 1), Instant(Duration(phase))});
}

void Cameras::film(const Film& film) {
  std::lock_guard lock(mutex_);
  film_ = film;
}

void Cameras::start() {
  if (running_.exchange(true)) return;
  auto begin = now();
  for (auto& camera : cameras_) camera.next = begin + camera.next.time_since_epoch() % kFrameTime;
  thread_ = std::thread([this] { run(); });
}

void Cameras::stop() {
  running_ = false;
  if (thread_.joinable()) thread_.join();
}

void Cameras::run() {
  come_first();
  while (running_) {
    Film film;
    {
      std::lock_guard lock(mutex_);
      film = film_;
    }
    auto next = std::min_element(cameras_.begin(), cameras_.end(),
                                 [](const auto& a, const auto& b) { return a.next < b.next; });
    std::this_thread::sleep_until(next->next);
    next->encoder.frame(film, [&](Bytes packet) {
      next->send(packet);
      ++packets_;
    });
    next->next += kFrameTime;
    next->keep_alive();
  }
}

}  // namespace classcast::load
