// SPDX-License-Identifier: MIT
// What Sessions reports about itself: the status of its rooms and the totals for metrics.
#include "relay/sessions.hpp"

#include <map>

namespace classcast::relay {

namespace {

protocol::TrackStatus track_status(const Track& track, Instant now) {
  const auto& meter = track.meter();
  protocol::TrackStatus status{.codec = std::string(rtc::codec_name(track.negotiated().codec.kind)),
                               .packets = meter.packets(),
                               .frames = meter.frames(),
                               .keyframes = meter.keyframes(),
                               .last_ms = std::nullopt,
                               .bitrate_bps = meter.bitrate_bps(now)};
  if (meter.last()) status.last_ms = to_ms(now - *meter.last());
  return status;
}

protocol::PublisherStatus publisher_status(const Session& session, Instant now) {
  protocol::PublisherStatus status{.connected = session.connected(),
                                   .age_ms = to_ms(now - session.created()),
                                   .video = std::nullopt,
                                   .audio = std::nullopt};
  const auto& publisher = *session.publisher();
  if (const auto* video = publisher.track(rtc::MediaKind::video)) status.video = track_status(*video, now);
  if (const auto* audio = publisher.track(rtc::MediaKind::audio)) status.audio = track_status(*audio, now);
  return status;
}

/// Of two publishers the connected one is the room's; of two that are not connected, the newer.
bool supersedes(const protocol::PublisherStatus& other, const protocol::PublisherStatus& known) {
  if (other.connected != known.connected) return other.connected;
  return other.age_ms < known.age_ms;
}

}  // namespace

protocol::RelayStatus Sessions::status(Instant now) const {
  std::map<std::string, protocol::RelayRoom> rooms;
  for (const auto& [id, session] : sessions_) {
    const auto& name = session->room().id().text();
    auto& room = rooms[name];
    room.room = name;
    if (session->role() == SessionRole::watch) {
      room.viewers += session->connected() ? 1 : 0;
      continue;
    }
    auto publisher = publisher_status(*session, now);
    if (!room.publisher || supersedes(publisher, *room.publisher)) room.publisher = publisher;
  }
  protocol::RelayStatus status;
  status.sessions = static_cast<std::int64_t>(sessions_.size());
  for (auto& [name, room] : rooms) status.rooms.push_back(std::move(room));
  return status;
}

void SessionTotals::add(const Session& session) {
  if (const auto* publisher = session.publisher()) {
    const auto& counters = publisher->counters();
    packets_in += counters.packets;
    bytes_in += counters.bytes;
    nacks_out += counters.nacks_sent;
    plis_out += counters.plis_sent;
  }
  if (const auto* viewer = session.viewer()) {
    const auto& counters = viewer->counters();
    packets_out += counters.packets;
    bytes_out += counters.bytes;
    nacks_in += counters.nacks_received;
    plis_in += counters.plis_received;
    resent += counters.resent;
  }
}

void SessionTotals::add(const SessionTotals& other) {
  packets_in += other.packets_in;
  bytes_in += other.bytes_in;
  packets_out += other.packets_out;
  bytes_out += other.bytes_out;
  nacks_in += other.nacks_in;
  nacks_out += other.nacks_out;
  plis_in += other.plis_in;
  plis_out += other.plis_out;
  resent += other.resent;
  strangers += other.strangers;
  opened += other.opened;
  publishers += other.publishers;
  viewers += other.viewers;
  sessions += other.sessions;
}

SessionTotals Sessions::totals() const {
  auto totals = past_;
  for (const auto& [id, session] : sessions_) {
    totals.add(*session);
    ++totals.sessions;
    if (!session->connected()) continue;
    ++(session->role() == SessionRole::watch ? totals.viewers : totals.publishers);
  }
  return totals;
}

}  // namespace classcast::relay
