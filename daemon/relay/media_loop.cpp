// SPDX-License-Identifier: MIT
#include "relay/media_loop.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace classcast::relay {

namespace {

// Commands and deadlines get their turn after this many batches, however fast datagrams come.
constexpr int kBatchesPerRound = 8;

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
                                                     Sessions::NoteHandler on_note) {
  Descriptor epoll(epoll_create1(EPOLL_CLOEXEC));
  Descriptor wake(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!epoll.valid() || !wake.valid() || !watch(epoll.get(), socket->fd()) ||
      !watch(epoll.get(), wake.get())) {
    return fail(Errc::internal, "cannot set up epoll: {}", std::strerror(errno));
  }
  return std::unique_ptr<MediaLoop>(new MediaLoop(std::move(socket), std::move(epoll), std::move(wake),
                                                  limits, std::move(certificate), std::move(on_note)));
}

MediaLoop::MediaLoop(std::unique_ptr<UdpSocket> socket, Descriptor epoll, Descriptor wake,
                     const SessionLimits& limits, std::shared_ptr<const rtc::Certificate> certificate,
                     Sessions::NoteHandler on_note)
    : socket_(std::move(socket)),
      epoll_(std::move(epoll)),
      wake_(std::move(wake)),
      sessions_(limits, std::move(certificate), *socket_, std::move(on_note)) {}

MediaLoop::~MediaLoop() {
  stopping_ = true;
  wake_up();
  if (thread_.joinable()) thread_.join();
}

void MediaLoop::start() {
  thread_ = std::thread([this] { run(); });
}

void MediaLoop::post(Command command) {
  {
    std::lock_guard lock(mutex_);
    commands_.push_back(std::move(command));
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
    run_commands();
    receive_all();
    if (auto at = sessions_.next_deadline(); at && *at <= now()) sessions_.handle_timeout(now());
    socket_->flush();
    wait();
  }
  run_commands();
  sessions_.close_all(now());
  socket_->flush();
}

void MediaLoop::run_commands() {
  std::vector<Command> commands;
  {
    std::lock_guard lock(mutex_);
    commands.swap(commands_);
  }
  for (auto& command : commands) command(sessions_, now());
}

void MediaLoop::receive_all() {
  auto at = now();
  auto take = [this, &at](const rtc::Tuple& tuple, MutableBytes datagram) {
    sessions_.receive(tuple, datagram, at);
  };
  for (int batch = 0; batch < kBatchesPerRound && socket_->receive(take); ++batch) {
    socket_->flush();
    at = now();
  }
}

void MediaLoop::wait() {
  constexpr int kForever = -1;
  int timeout = kForever;
  if (auto at = sessions_.next_deadline()) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(*at - now()).count();
    timeout = static_cast<int>(std::max<std::int64_t>(left, 0));
  }
  std::array<epoll_event, 2> events{};
  epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout);
  std::uint64_t count = 0;
  [[maybe_unused]] auto taken = read(wake_.get(), &count, sizeof count);
}

}  // namespace classcast::relay
