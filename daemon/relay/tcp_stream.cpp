// SPDX-License-Identifier: MIT
#include "relay/tcp_stream.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace classcast::relay {

namespace {

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

TcpStream::TcpStream(Descriptor fd, const rtc::Tuple& tuple, TcpCensus::Entry entry, Instant now)
    : fd_(std::move(fd)), tuple_(tuple), entry_(std::move(entry)), opened_(now), progressed_(now) {
  int on = 1;
  setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  int most = kKernelQueue;
  setsockopt(fd_.get(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &most, sizeof most);
}

void TcpStream::prove() {
  proven_ = true;
  entry_.prove();
}

TcpStream::State TcpStream::read() {
  auto space = reader_.space();
  if (space.empty()) return State::closed;
  auto count = recv(fd(), space.data(), space.size(), MSG_DONTWAIT);
  if (count < 0) return would_block() ? State::open : State::closed;
  if (count == 0) return State::closed;
  reader_.filled(static_cast<std::size_t>(count));
  return reader_.broken() ? State::closed : State::open;
}

TcpStream::State TcpStream::write(Instant now) {
  if (queue_.empty()) progressed_ = now;
  while (!queue_.empty()) {
    auto waiting = queue_.waiting();
    auto count = send(fd(), waiting.data(), waiting.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0) return would_block() ? State::open : State::closed;
    queue_.written(static_cast<std::size_t>(count));
    progressed_ = now;
  }
  return State::open;
}

}  // namespace classcast::relay
