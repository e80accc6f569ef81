// SPDX-License-Identifier: MIT
#include "relay/tcp_listener.hpp"

#include "relay/shard.hpp"
#include "relay/socket_address.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace classcast::relay {

namespace {

constexpr int kBacklog = 256;
constexpr int kAcceptsPerRound = 64;
/// How often connections that say nothing are looked for.
constexpr int kTick_ms = 500;

bool watch_for_input(int epoll, int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

std::optional<rtc::Address> name_of(int fd, int (*ask)(int, sockaddr*, socklen_t*)) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (ask(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return std::nullopt;
  return from_sockaddr(reinterpret_cast<sockaddr&>(storage));
}

Result<Descriptor> listen_on(const rtc::Address& address) {
  auto family = address.family() == rtc::Address::Family::v4 ? AF_INET : AF_INET6;
  Descriptor fd(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  int on = 1;
  int off = 0;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (family == AF_INET6) setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  sockaddr_storage storage{};
  auto size = to_sockaddr(address, family, storage);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&storage), size) != 0 ||
      ::listen(fd.get(), kBacklog) != 0) {
    return fail(Errc::unavailable, "cannot listen on TCP {}: {}", address.text(), std::strerror(errno));
  }
  return fd;
}

}  // namespace

Result<std::unique_ptr<TcpListener>> TcpListener::create(const rtc::Address& address) {
  auto listener = listen_on(address);
  if (!listener) return fail(listener);
  auto local = name_of(listener->get(), getsockname);
  Descriptor epoll(epoll_create1(EPOLL_CLOEXEC));
  Descriptor wake(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!local || !epoll.valid() || !watch_for_input(epoll.get(), listener->get()) ||
      !watch_for_input(epoll.get(), wake.get())) {
    return fail(Errc::internal, "cannot set up ICE-TCP: {}", std::strerror(errno));
  }
  return std::unique_ptr<TcpListener>(
      new TcpListener(std::move(*listener), std::move(epoll), std::move(wake), *local));
}

TcpListener::TcpListener(Descriptor listener, Descriptor epoll, Descriptor wake, const rtc::Address& local)
    : listener_(std::move(listener)), epoll_(std::move(epoll)), wake_(std::move(wake)), local_(local) {}

TcpListener::~TcpListener() {
  stopping_ = true;
  std::uint64_t one = 1;
  [[maybe_unused]] auto written = write(wake_.get(), &one, sizeof one);
  if (thread_.joinable()) thread_.join();
}

void TcpListener::start(HandOver hand_over) {
  hand_over_ = std::move(hand_over);
  thread_ = std::thread([this] { run(); });
}

void TcpListener::run() {
  pthread_setname_np(pthread_self(), "ice-tcp");
  std::array<epoll_event, 64> events{};
  while (!stopping_) {
    auto count = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                            waiting_.empty() ? -1 : kTick_ms);
    auto at = now();
    for (int i = 0; i < count; ++i) {
      auto fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == listener_.get()) {
        accept_some(at);
      } else if (fd != wake_.get()) {
        read(fd);
      }
    }
    close_late(at);
  }
}

void TcpListener::accept_some(Instant now) {
  for (int i = 0; i < kAcceptsPerRound; ++i) {
    Descriptor fd(accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd.valid()) {
      // Without descriptors the kernel would wake us for ever: others end first.
      if (errno == EMFILE || errno == ENFILE) usleep(kTick_ms * 1000);
      return;
    }
    auto remote = name_of(fd.get(), getpeername);
    if (remote) accept_one(std::move(fd), *remote, now);
  }
}

void TcpListener::accept_one(Descriptor fd, const rtc::Address& remote, Instant now) {
  auto local = name_of(fd.get(), getsockname);
  auto entry = census_->enter(remote);
  if (!local || !entry || !watch_for_input(epoll_.get(), fd.get())) return;
  auto number = fd.get();
  waiting_[number] = std::make_unique<TcpStream>(
      std::move(fd), rtc::Tuple{*local, remote, rtc::Transport::tcp}, std::move(*entry), now);
}

void TcpListener::read(int fd) {
  auto found = waiting_.find(fd);
  if (found == waiting_.end()) return;
  auto state = found->second->read();
  auto first = found->second->reader().front();
  if (state == TcpStream::State::open && !first) return;
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  auto stream = std::move(found->second);
  waiting_.erase(found);
  if (!first) return;
  // RFC 6544 §10.1: the connection is known by the check that comes first.
  if (auto shard = Shard::of_check(*first)) hand_over_(*shard, std::move(stream));
}

void TcpListener::close_late(Instant now) {
  std::erase_if(waiting_,
                [now](const auto& entry) { return now - entry.second->opened() >= kFirstPacketTimeout; });
}

}  // namespace classcast::relay
