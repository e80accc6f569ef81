// SPDX-License-Identifier: MIT
#include "relay/media_loop.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <optional>
#include <utility>

namespace classcast::relay {

namespace {

// Commands and deadlines get their turn after this many batches, however fast datagrams come.
constexpr int kBatchesPerRound = 8;

// Packets of a frame come microseconds apart, and to be woken for each costs more than to forward it to a
// viewer. Like a network card that collects before it interrupts, we look again this much later at the
// soonest.
constexpr Duration kGather = 100us;

constexpr std::int64_t kPerSecond = 1'000'000'000;

timespec to_timespec(Duration time) {
  return {time.count() / kPerSecond, time.count() % kPerSecond};
}

bool watch(int epoll, int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

}  // namespace

Result<std::unique_ptr<MediaLoop>> MediaLoop::create(std::unique_ptr<UdpSocket> socket,
                                                     const SessionLimits& limits,
                                                     std::shared_ptr<const rtc::Certificate> certificate,
                                                     Sessions::NoteHandler on_note, const Shard& shard) {
  Descriptors all{Descriptor(epoll_create1(EPOLL_CLOEXEC)),
                  Descriptor(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
                  Descriptor(epoll_create1(EPOLL_CLOEXEC))};
  auto epoll = all.epoll.get();
  if (!all.epoll.valid() || !all.wake.valid() || !all.tcp.valid() || !watch(epoll, socket->fd()) ||
      !watch(epoll, all.wake.get()) || !watch(epoll, all.tcp.get())) {
    return fail(Errc::internal, "cannot set up epoll: {}", std::strerror(errno));
  }
  return std::unique_ptr<MediaLoop>(new MediaLoop(std::move(socket), std::move(all), limits,
                                                  std::move(certificate), std::move(on_note), shard));
}

MediaLoop::MediaLoop(std::unique_ptr<UdpSocket> socket, Descriptors descriptors, const SessionLimits& limits,
                     std::shared_ptr<const rtc::Certificate> certificate, Sessions::NoteHandler on_note,
                     const Shard& shard)
    : socket_(std::move(socket)),
      epoll_(std::move(descriptors.epoll)),
      wake_(std::move(descriptors.wake)),
      index_(shard.index),
      tcp_(std::move(descriptors.tcp), tcp_handlers()),
      transports_(*socket_, tcp_),
      sessions_(limits, std::move(certificate), transports_, std::move(on_note), shard,
                {[this](const rtc::Tuple& tuple, Paths::Change change) { on_path(tuple, change); },
                 [this](const RoomId& room) {
                   if (on_room_gone_) on_room_gone_(room);
                 }}) {}

// A connection is at the thread of its session: no other has to be asked whose its packets are.
TcpConnections::Handlers MediaLoop::tcp_handlers() {
  return {[this](const rtc::Tuple& tuple, MutableBytes packet) { sessions_.receive(tuple, packet, now()); },
          [this](const rtc::Tuple& tuple) { return sessions_.knows(tuple); },
          [this](const rtc::Tuple& tuple) { return sessions_.audio_of(tuple); }};
}

void MediaLoop::adopt(std::unique_ptr<TcpStream> stream) {
  // A command can be copied, a connection cannot.
  auto held = std::make_shared<std::unique_ptr<TcpStream>>(std::move(stream));
  post([this, held](Sessions&, Instant) { tcp_.adopt(std::move(*held)); });
}

void MediaLoop::join(const std::vector<MediaLoop*>& all, std::function<void(const RoomId&)> on_room_gone) {
  on_room_gone_ = std::move(on_room_gone);
  if (all.size() < 2) return;
  for (auto* loop : all) {
    neighbours_.push_back({loop, loop == this ? nullptr : std::make_unique<Handover>(), false});
  }
}

void MediaLoop::start() {
  thread_ = std::thread([this] { run(); });
}

void MediaLoop::stop() {
  stopping_ = true;
  wake_up();
  if (thread_.joinable()) thread_.join();
}

void MediaLoop::post(Command command) {
  {
    std::lock_guard lock(mutex_);
    commands_.push_back(std::move(command));
    commanded_ = true;
  }
  wake_up();
}

void MediaLoop::wake_up() {
  std::uint64_t one = 1;
  // A full counter means that the thread has been woken already.
  [[maybe_unused]] auto written = write(wake_.get(), &one, sizeof one);
}

void MediaLoop::run() {
  pthread_setname_np(pthread_self(), "media");
  while (!stopping_) {
    auto since = now();
    run_once() ? gather(since) : wait();
  }
  run_commands();
  sessions_.close_all(now());
  transports_.flush(now());
}

bool MediaLoop::run_once() {
  run_commands();
  receive_handed_over();
  auto busy = receive_all();
  if (!tcp_.empty()) tcp_.receive(now());
  handle_timeouts();
  transports_.flush(now());
  return busy;
}

void MediaLoop::handle_timeouts() {
  auto at = now();
  if (auto deadline = sessions_.next_deadline(); deadline && *deadline <= at) sessions_.handle_timeout(at);
  if (auto deadline = tcp_.next_deadline(); deadline && *deadline <= at) tcp_.handle_timeout(at);
}

void MediaLoop::run_commands() {
  if (!commanded_) return;
  std::vector<Command> commands;
  {
    std::lock_guard lock(mutex_);
    commands.swap(commands_);
    commanded_ = false;
  }
  for (auto& command : commands) command(sessions_, now());
}

bool MediaLoop::receive_all() {
  auto at = now();
  bool any = false;
  auto take_one = [&](const rtc::Tuple& tuple, MutableBytes datagram) {
    any = true;
    take(tuple, datagram, at);
  };
  for (int batch = 0; batch < kBatchesPerRound && socket_->receive(take_one); ++batch) {
    transports_.flush(at);
    at = now();
  }
  wake_receivers();
  return any;
}

void MediaLoop::gather(Instant since) {
  auto left = since + kGather - now();
  if (left <= Duration(0)) return;
  auto time = to_timespec(left);
  clock_nanosleep(CLOCK_MONOTONIC, 0, &time, nullptr);
}

void MediaLoop::wait() {
  std::optional<timespec> left;
  auto at = sessions_.next_deadline();
  if (auto tcp = tcp_.next_deadline(); tcp && (!at || *tcp < *at)) at = tcp;
  if (at) left = to_timespec(std::max<Duration>(*at - now(), 0ns));
  std::array<epoll_event, 3> events{};
  epoll_pwait2(epoll_.get(), events.data(), static_cast<int>(events.size()), left ? &*left : nullptr,
               nullptr);
  std::uint64_t count = 0;
  [[maybe_unused]] auto taken = read(wake_.get(), &count, sizeof count);
}

}  // namespace classcast::relay
