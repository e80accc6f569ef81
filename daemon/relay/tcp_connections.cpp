// SPDX-License-Identifier: MIT
#include "relay/tcp_connections.hpp"

#include <sys/epoll.h>

#include <array>
#include <utility>

namespace classcast::relay {

void TcpConnections::watch(TcpStream& stream, int operation) {
  epoll_event event{};
  event.events = EPOLLIN | (stream.queue().empty() ? 0U : EPOLLOUT);
  event.data.fd = stream.fd();
  epoll_ctl(fd(), operation, stream.fd(), &event);
}

void TcpConnections::adopt(std::unique_ptr<TcpStream> stream) {
  auto tuple = stream->tuple();
  close(tuple);  // the same four numbers again: the old connection is over
  auto& kept = *streams_.emplace(tuple, std::move(stream)).first->second;
  by_fd_[kept.fd()] = &kept;
  watch(kept, EPOLL_CTL_ADD);
  hand_over(kept);
}

void TcpConnections::receive(Instant now) {
  constexpr std::size_t kMaxEvents = 64;
  std::array<epoll_event, kMaxEvents> events{};
  auto count = epoll_wait(fd(), events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < count; ++i) {
    const auto& event = events[static_cast<std::size_t>(i)];
    auto found = by_fd_.find(event.data.fd);
    if (found == by_fd_.end()) continue;
    auto& stream = *found->second;
    if ((event.events & EPOLLOUT) != 0) write(stream, now);
    if (!by_fd_.contains(event.data.fd) || (event.events & ~std::uint32_t{EPOLLOUT}) == 0) continue;
    auto state = stream.read();
    hand_over(stream);
    if (state == TcpStream::State::closed) close(rtc::Tuple(stream.tuple()));
  }
}

void TcpConnections::hand_over(TcpStream& stream) {
  while (auto packet = stream.reader().front()) {
    if (!packet->empty()) handlers_.on_packet(stream.tuple(), *packet);
    stream.reader().pop();
  }
  if (!stream.proven() && handlers_.known(stream.tuple())) stream.prove();
}

void TcpConnections::send(const rtc::Tuple& tuple, Bytes packet) {
  auto found = streams_.find(tuple);
  if (found == streams_.end()) return;  // closed: as if lost on the way
  auto& queue = found->second->queue();
  if (queue.empty()) to_write_.push_back(tuple);
  if (!queue.knows_audio() && queue.waiting().size() > FrameQueue::kVideoLimit) {
    if (auto audio = handlers_.audio(tuple)) queue.set_audio(*audio);
  }
  queue.add(packet);
}

void TcpConnections::flush(Instant now) {
  for (const auto& tuple : std::exchange(to_write_, {})) {
    if (auto found = streams_.find(tuple); found != streams_.end()) write(*found->second, now);
  }
}

void TcpConnections::write(TcpStream& stream, Instant now) {
  if (stream.write(now) == TcpStream::State::closed) return close(rtc::Tuple(stream.tuple()));
  watch(stream, EPOLL_CTL_MOD);
}

// Stranger: no check proved it in time. Known: its session has ended, or nobody reads any more.
bool TcpConnections::is_over(TcpStream& stream, Instant now) const {
  bool known = handlers_.known(stream.tuple());
  if (known && !stream.proven()) stream.prove();
  if (!known) return stream.proven() || now - stream.opened() >= kProofTimeout;
  return !stream.queue().empty() && now - stream.progressed() >= kStallTimeout;
}

void TcpConnections::handle_timeout(Instant now) {
  sweep_at_ = now + kSweepInterval;
  std::vector<rtc::Tuple> over;
  for (auto& [tuple, stream] : streams_) {
    if (is_over(*stream, now)) over.push_back(tuple);
  }
  for (const auto& tuple : over) close(tuple);
}

std::optional<Instant> TcpConnections::next_deadline() const {
  if (streams_.empty()) return std::nullopt;
  return sweep_at_;
}

void TcpConnections::close(const rtc::Tuple& tuple) {
  auto found = streams_.find(tuple);
  if (found == streams_.end()) return;
  by_fd_.erase(found->second->fd());  // and with the descriptor epoll forgets it
  streams_.erase(found);
}

}  // namespace classcast::relay
