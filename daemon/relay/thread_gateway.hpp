// SPDX-License-Identifier: MIT
// ThreadGateway: the Gateway to the media threads. It knows which of them has which room.
#pragma once

#include "relay/gateway.hpp"
#include "relay/media_threads.hpp"
#include "relay/placement.hpp"

namespace classcast::relay {

class ThreadGateway final : public Gateway {
 public:
  /// Starts the threads.
  explicit ThreadGateway(MediaThreads& threads);

  void open(OpenRequest request, Done<Outcome<Opened>> done) override;
  void patch(PatchRequest request, Done<Outcome<Patched>> done) override;
  void close(SessionName name, Done<bool> done) override;
  void evict(Eviction eviction, Done<std::size_t> done) override;
  void exists(SessionName name, Done<bool> done) override;
  void choose_layer(SessionName name, LayerWish wish, Done<bool> done) override;
  void view(SessionName name, Done<std::optional<SessionView>> done) override;
  void status(Done<protocol::RelayStatus> done) override;
  void totals(Done<SessionTotals> done) override;

 private:
  MediaLoop& loop_of(const RoomId& room) { return threads_[placement_.of(room)]; }

  MediaThreads& threads_;
  Placement placement_;
};

}  // namespace classcast::relay
