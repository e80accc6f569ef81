// SPDX-License-Identifier: MIT
#include "bench/load/audience.hpp"

#include "bench/load/camera.hpp"
#include "bench/load/receive_batch.hpp"
#include "rtc/demux.hpp"
#include "rtc/rtp.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <ctime>

namespace classcast::load {

namespace {

constexpr Duration kTick = 100ms;
/// Sockets are looked at this often instead of being waited for: on loopback it is the sender who pays for
/// waking a receiver, which over a network another machine does.
constexpr Duration kLook = 1ms;

std::int64_t stamp_of(msghdr& message) {
  constexpr std::int64_t kPerSecond = 1'000'000'000;
  auto* header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_type != SCM_TIMESTAMPNS) return wall_ns();
  timespec time{};
  std::memcpy(&time, CMSG_DATA(header), sizeof time);
  return time.tv_sec * kPerSecond + time.tv_nsec;
}

std::uint16_t seq_of(Bytes packet) {
  return static_cast<std::uint16_t>((packet[2] << 8) | packet[3]);
}

}  // namespace

Audience::Audience() : epoll_(epoll_create1(EPOLL_CLOEXEC)), thread_([this] { run(); }) {}

void Audience::add(std::unique_ptr<Client> client) {
  std::lock_guard lock(mutex_);
  auto& viewer = viewers_.emplace_back(Viewer{std::move(client)});
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &viewer;
  epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, viewer.client->fd(), &event);
  size_ = viewers_.size();
}

void Audience::stop() {
  running_ = false;
  if (thread_.joinable()) thread_.join();
}

void Audience::probe_every(std::size_t share) {
  probe_share_ = share;
}

std::vector<Duration> Audience::take_latencies() {
  std::lock_guard lock(mutex_);
  return std::exchange(latencies_, {});
}

void Audience::run() {
  Instant tick{};
  std::array<epoll_event, 256> events{};
  while (running_) {
    auto count = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), 0);
    for (int i = 0; i < count; ++i)
      receive(*static_cast<Viewer*>(events[static_cast<std::size_t>(i)].data.ptr));
    if (count < static_cast<int>(events.size())) std::this_thread::sleep_for(kLook);
    if (now() < tick) continue;
    tick = now() + kTick;
    keep_alive();
  }
}

void Audience::keep_alive() {
  auto share = probe_share_.load();
  std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < viewers_.size(); ++i) {
    auto& viewer = viewers_[i];
    viewer.client->keep_alive();
    auto probe = share != 0 && i % share == 0;
    if (probe == viewer.probe) continue;
    viewer.probe = probe;
    int on = probe ? 1 : 0;
    setsockopt(viewer.client->fd(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  }
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  cpu_ns_ = (std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec)).count();
}

void Audience::receive(Viewer& viewer) {
  if (viewer.probe) {
    static thread_local ReceiveBatch<relay::UdpSocket::kMaxReceived> batch;
    auto got = batch.receive(viewer.client->fd(), true);
    for (std::size_t i = 0; i < got; ++i) {
      auto datagram = MutableBytes(batch.slots[i].data).first(batch.messages[i].msg_len);
      measure(viewer, datagram, stamp_of(batch.messages[i].msg_hdr));
    }
    return;
  }
  static thread_local ReceiveBatch<rtc::RtpPacket::kFixedHeader> batch;
  auto got = batch.receive(viewer.client->fd(), false);
  for (std::size_t i = 0; i < got; ++i) {
    Bytes header(batch.slots[i].data);
    if (rtc::classify(header) == rtc::DatagramKind::rtp) count(viewer, seq_of(header));
  }
}

void Audience::count(Viewer& viewer, std::uint16_t seq) {
  auto ahead = static_cast<std::int16_t>(seq - viewer.newest);
  if (!viewer.began) ahead = 1;
  viewer.began = true;
  ++packets_;
  if (ahead <= 0) return;
  expected_ += static_cast<std::uint64_t>(ahead);
  viewer.newest = seq;
}

void Audience::measure(Viewer& viewer, MutableBytes datagram, std::int64_t arrived_ns) {
  if (rtc::classify(datagram) != rtc::DatagramKind::rtp) return;
  count(viewer, seq_of(datagram));
  auto& rtc = viewer.client->rtc();
  rtc.receive(datagram, now());
  for (auto& plain : std::exchange(rtc.rtp, {})) {
    auto packet = rtc::RtpPacket::parse(plain);
    if (!packet || packet->payload().size() < kStampAt + 8) continue;
    auto sent = Reader(packet->payload().subspan(kStampAt)).u64();
    std::lock_guard lock(mutex_);
    latencies_.emplace_back(arrived_ns - static_cast<std::int64_t>(*sent));
  }
}

}  // namespace classcast::load
