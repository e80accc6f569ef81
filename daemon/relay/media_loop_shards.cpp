// SPDX-License-Identifier: MIT
// How several media threads are one relay: the kernel spreads remote addresses over their sockets, and what
// comes to one thread but belongs to a room on another is handed over.
#include "relay/media_loop.hpp"

namespace classcast::relay {

void MediaLoop::take(const rtc::Tuple& tuple, MutableBytes datagram, Instant now) {
  if (neighbours_.empty()) return sessions_.receive(tuple, datagram, now);
  auto kind = Handover::Kind::known;
  auto owner = index_;
  if (auto named = Shard::of_check(datagram)) {
    kind = Handover::Kind::check;
    owner = *named < neighbours_.size() ? *named : index_;
  } else {
    owner = owner_of(tuple);
  }
  if (owner == index_) return sessions_.receive(tuple, datagram, now);
  hand_over(owner, tuple, datagram, kind);
}

std::size_t MediaLoop::owner_of(const rtc::Tuple& tuple) {
  // The owner tells us of a new peer before it answers that peer's check, so the news is here before the
  // peer's next datagram, but may not have been read yet. Until then an address that a browser uses again
  // would seem to be the old peer's, who would answer the new one's ClientHello by repeating its own
  // handshake.
  if (commanded_) run_commands();
  if (sessions_.knows(tuple)) return index_;
  auto known = foreign_.find(tuple);
  return known == foreign_.end() ? index_ : known->second;
}

void MediaLoop::hand_over(std::size_t owner, const rtc::Tuple& tuple, Bytes datagram, Handover::Kind kind) {
  auto& to = neighbours_[owner];
  if (to.loop->neighbours_[index_].from->push(tuple, datagram, kind)) to.to_wake = true;
}

void MediaLoop::wake_receivers() {
  for (auto& neighbour : neighbours_) {
    if (std::exchange(neighbour.to_wake, false)) neighbour.loop->wake_up();
  }
}

void MediaLoop::receive_handed_over() {
  auto at = now();
  for (auto& neighbour : neighbours_) {
    if (!neighbour.from) continue;
    neighbour.from->drain([this, at](const rtc::Tuple& tuple, MutableBytes datagram) {
      sessions_.receive(tuple, datagram, at);
    });
  }
}

void MediaLoop::on_path(const rtc::Tuple& tuple, Paths::Change change) {
  if (tuple.transport == rtc::Transport::tcp) return;  // its connection is here already
  foreign_.erase(tuple);
  for (auto& neighbour : neighbours_) {
    if (neighbour.loop == this) continue;
    neighbour.loop->post([to = neighbour.loop, tuple, owner = index_, change](Sessions&, Instant) {
      to->on_foreign_path(tuple, owner, change);
    });
  }
}

void MediaLoop::on_foreign_path(const rtc::Tuple& tuple, std::size_t owner, Paths::Change change) {
  if (change == Paths::Change::bound) {
    sessions_.forget(tuple);  // a browser used its port again
    foreign_[tuple] = owner;
  } else if (auto known = foreign_.find(tuple); known != foreign_.end() && known->second == owner) {
    foreign_.erase(known);
  }
}

}  // namespace classcast::relay
