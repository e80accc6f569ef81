// SPDX-License-Identifier: MIT
#include "relay/media_threads.hpp"

#include "relay/socket_filter.hpp"

#include <utility>

namespace classcast::relay {

namespace {

using Sockets = std::vector<std::unique_ptr<UdpSocket>>;

/// Sockets of a group would join another relay's without an error: the first one is tried alone.
Result<rtc::Address> free_port(const MediaOptions& options) {
  auto alone = UdpSocket::bind(options.listen, {.buffers = options.buffers});
  if (!alone) return fail(alone);
  return (*alone)->local();
}

Result<Sockets> bind_all(const MediaOptions& options) {
  auto address = options.listen;
  UdpOptions udp{options.buffers, PortSharing::none, options.segmentation};
  if (options.threads > 1) {
    auto found = free_port(options);
    if (!found) return fail(found);
    address = *found;
    udp.sharing = PortSharing::group;
  }
  Sockets sockets;
  while (sockets.size() < options.threads) {
    auto socket = UdpSocket::bind(address, udp);
    if (!socket) return fail(socket);
    refuse_noise((*socket)->fd());
    sockets.push_back(std::move(*socket));
  }
  return sockets;
}

}  // namespace

Result<std::unique_ptr<MediaThreads>> MediaThreads::create(
    const MediaOptions& options, const SessionLimits& limits,
    const std::shared_ptr<const rtc::Certificate>& certificate, const Sessions::NoteHandler& on_note) {
  auto sockets = bind_all(options);
  if (!sockets) return fail(sockets);
  std::unique_ptr<MediaThreads> threads(new MediaThreads());
  Shard shard;
  for (auto& socket : *sockets) {
    auto loop = MediaLoop::create(std::move(socket), limits, certificate, on_note, shard);
    if (!loop) return fail(loop);
    threads->loops_.push_back(std::move(*loop));
    ++shard.index;
  }
  return threads;
}

// A thread may still post to another one while it says goodbye: all have ended before the first is destroyed.
MediaThreads::~MediaThreads() {
  for (auto& loop : loops_) loop->stop();
}

std::uint64_t MediaThreads::kept_back() const {
  std::uint64_t sum = 0;
  for (const auto& loop : loops_) sum += loop->socket().kept_back();
  return sum;
}

void MediaThreads::start(const std::function<void(const RoomId&)>& on_room_gone) {
  std::vector<MediaLoop*> all;
  for (auto& loop : loops_) all.push_back(loop.get());
  for (auto& loop : loops_) loop->join(all, on_room_gone);
  for (auto& loop : loops_) loop->start();
}

}  // namespace classcast::relay
