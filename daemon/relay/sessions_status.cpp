// SPDX-License-Identifier: MIT
// What Sessions reports about itself: the status of its rooms and the totals for metrics.
#include "relay/sessions.hpp"

#include <algorithm>
#include <functional>
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

protocol::LayerStatus layer_status(const Picture& picture, Instant now) {
  protocol::LayerStatus layer{.name = std::string(layer_text(picture.name)),
                              .bitrate_bps = picture.track->meter().bitrate_bps(now),
                              .width = std::nullopt,
                              .height = std::nullopt,
                              .paused = picture.track->demand().paused()};
  if (auto size = picture.track->picture()) {
    layer.width = size->width;
    layer.height = size->height;
  }
  return layer;
}

/// The picture that speaks for the room: the best layer that is not paused.
const Track* shown_picture(const Sources& sources) {
  for (const auto& picture : sources.pictures) {
    if (picture.track->demand().flowing()) return picture.track;
  }
  return nullptr;
}

/// What the room as a whole shows, whoever sends it.
void describe(const Room& room, protocol::RelayRoom& status, Instant now) {
  status.paused = room.paused();
  for (const auto& picture : room.sources().pictures) status.layers.push_back(layer_status(picture, now));
}

/// The publisher that speaks for the room.
struct Speaker {
  protocol::PublisherStatus status;
  Part part = Part::main;
};

/// Of two publishers the connected one; of those the whole before its small picture, then the newer.
bool supersedes(const Speaker& other, const Speaker& known) {
  if (other.status.connected != known.status.connected) return other.status.connected;
  if (other.part != known.part) return other.part == Part::main;
  return other.status.age_ms < known.status.age_ms;
}

void count_quality(protocol::QualityCounts& counts, Quality quality) {
  switch (quality) {
    case Quality::excellent:
      ++counts.excellent;
      break;
    case Quality::good:
      ++counts.good;
      break;
    case Quality::poor:
      ++counts.poor;
      break;
    case Quality::lost:
      ++counts.lost;
      break;
  }
}

}  // namespace

protocol::RelayStatus Sessions::status(Instant now) const {
  std::map<std::string, protocol::RelayRoom> rooms;
  std::map<std::string, Speaker> speakers;
  for (const auto& [id, session] : sessions_) {
    const auto& name = session->room().id().text();
    auto& room = rooms[name];
    if (room.room.empty()) describe(session->room(), room, now);
    room.room = name;
    if (session->role() == SessionRole::watch) {
      room.viewers += session->connected() ? 1 : 0;
      if (session->connected()) count_quality(room.quality, session->viewer()->quality(now));
      continue;
    }
    Speaker speaker{publisher_status(*session, now), session->part()};
    auto [known, first] = speakers.emplace(name, speaker);
    if (!first && supersedes(speaker, known->second)) known->second = speaker;
    room.publisher = known->second.status;
    const auto* picture = shown_picture(session->room().sources());
    if (picture != nullptr && room.publisher->connected) room.publisher->video = track_status(*picture, now);
  }
  protocol::RelayStatus status;
  status.sessions = static_cast<std::int64_t>(sessions_.size());
  for (auto& [name, room] : rooms) status.rooms.push_back(std::move(room));
  return status;
}

std::optional<SessionView> Sessions::view(const SessionName& name, Instant now) const {
  const auto* session = find(name);
  if (session == nullptr || session->viewer() == nullptr) return std::nullopt;
  const auto& viewer = *session->viewer();
  const auto& room = session->room();
  SessionView view{.active = room.published(),
                   .layers = {},
                   .viewers = room.viewers(),
                   .quality = viewer.quality(now),
                   .wish = viewer.wish(),
                   .layer = viewer.layer(),
                   .picture_line = viewer.picture_place()};
  for (const auto& picture : room.sources().pictures) {
    auto bps = picture.track->demand().flowing() ? picture.track->meter().bitrate_bps(now) : 0;
    view.layers.push_back({picture.name, static_cast<std::uint64_t>(bps), picture.track->picture()});
  }
  return view;
}

void SessionTotals::add(const Session& session) {
  if (const auto* publisher = session.publisher()) {
    const auto& counters = publisher->counters();
    packets_in += counters.packets;
    bytes_in += counters.bytes;
    nacks_out += counters.nacks_sent;
    plis_out += counters.plis_sent;
    pauses_out += counters.pauses_sent;
    resumes_out += counters.resumes_sent;
  }
  if (const auto* viewer = session.viewer()) {
    const auto& counters = viewer->counters();
    packets_out += counters.packets;
    bytes_out += counters.bytes;
    nacks_in += counters.nacks_received;
    plis_in += counters.plis_received;
    resent += counters.resent;
    switches += counters.switches;
    probe_packets += counters.probe_packets;
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
  pauses_out += other.pauses_out;
  resumes_out += other.resumes_out;
  switches += other.switches;
  probe_packets += other.probe_packets;
  paused += other.paused;
  std::transform(viewer_quality.begin(), viewer_quality.end(), other.viewer_quality.begin(),
                 viewer_quality.begin(), std::plus<>());
  std::transform(viewer_layer.begin(), viewer_layer.end(), other.viewer_layer.begin(), viewer_layer.begin(),
                 std::plus<>());
  publishers += other.publishers;
  viewers += other.viewers;
  sessions += other.sessions;
}

void SessionTotals::count(const Session& session, Instant now) {
  if (const auto* publisher = session.publisher()) {
    ++publishers;
    paused += publisher->paused() ? 1 : 0;
  }
  if (const auto* viewer = session.viewer()) {
    ++viewers;
    ++viewer_quality[static_cast<std::size_t>(viewer->quality(now))];
    if (auto layer = viewer->layer()) ++viewer_layer[static_cast<std::size_t>(*layer)];
  }
}

SessionTotals Sessions::totals(Instant now) const {
  auto totals = past_;
  for (const auto& [id, session] : sessions_) {
    totals.add(*session);
    ++totals.sessions;
    if (session->connected()) totals.count(*session, now);
  }
  return totals;
}

}  // namespace classcast::relay
