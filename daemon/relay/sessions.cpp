// SPDX-License-Identifier: MIT
#include "relay/sessions.hpp"

#include "base/random.hpp"
#include "rtc/sdp.hpp"

#include <algorithm>

namespace classcast::relay {

namespace {

using protocol::ErrorId;

constexpr std::size_t kSessionIdBytes = 16;  // 128 bits: the session URL is its own key
constexpr std::size_t kNameBytes = 8;
constexpr int kRetryWhenFull_s = 10;
constexpr int kRetryWhenNobodyPublishes_s = 1;

std::string_view reason_text(rtc::CloseReason reason) {
  switch (reason) {
    case rtc::CloseReason::consent_lost:
      return "the peer no longer answers";
    case rtc::CloseReason::dtls_failed:
      return "the DTLS handshake failed";
    case rtc::CloseReason::timeout:
      return "no connection came about in time";
    case rtc::CloseReason::closed_by_peer:
      break;
  }
  return "closed by the peer";
}

/// RFC 9725 §4.2: an offer that is sound but cannot be served is 422, no partial success.
tl::unexpected<Refusal> refused_offer(const Error& error) {
  auto id = error.code == Errc::denied ? ErrorId::unprocessable : protocol::error_id(error.code);
  return refuse(id, error.message);
}

rtc::Ssrc random_ssrc() {
  constexpr std::uint32_t kReserved = 0xff;  // small ones are receivers' SSRCs by custom
  return {random_u32() | (kReserved + 1)};
}

/// RFC 8866 §5.2: below 2^63.
std::uint64_t random_session_id() {
  return (std::uint64_t{random_u32()} << 31U) ^ random_u32();
}

std::string quoted_tag(std::string_view etag) {
  return "\"" + std::string(etag) + "\"";
}

}  // namespace

Sessions::Sessions(SessionLimits limits, std::shared_ptr<const rtc::Certificate> certificate,
                   DatagramSink& sink, NoteHandler on_note, Shard shard, ShardEvents events)
    : limits_(limits),
      certificate_(std::move(certificate)),
      sink_(sink),
      on_note_(std::move(on_note)),
      shard_(std::move(shard)),
      on_room_gone_(std::move(events.on_room_gone)),
      paths_(std::move(events.on_path)) {}

Session* Sessions::find(const SessionName& name) const {
  auto found = sessions_.find(name.id);
  if (found == sessions_.end()) return nullptr;
  auto* session = found->second.get();
  auto same = session->role() == name.role && session->room().id() == name.room && !session->ended();
  return same ? session : nullptr;
}

std::optional<Refusal> Sessions::admission(const OpenRequest& request) const {
  auto room = rooms_.find(request.room);
  if (request.role == SessionRole::watch && (room == rooms_.end() || !room->second->published())) {
    return Refusal{ErrorId::conflict, "Nobody publishes this room at present.", kRetryWhenNobodyPublishes_s};
  }
  if (shard_.census->sessions >= limits_.sessions) {
    return Refusal{ErrorId::unavailable, "The relay has reached its number of sessions.", kRetryWhenFull_s};
  }
  if (room == rooms_.end() && shard_.census->rooms >= limits_.rooms) {
    return Refusal{ErrorId::unavailable, "The relay has reached its number of rooms.", kRetryWhenFull_s};
  }
  // The room's own sessions hold one reference each, the table one more.
  if (room != rooms_.end() &&
      static_cast<std::size_t>(room->second.use_count()) > limits_.sessions_per_room) {
    return Refusal{ErrorId::unavailable, "The room has reached its number of sessions.", kRetryWhenFull_s};
  }
  return std::nullopt;
}

std::shared_ptr<Room> Sessions::room_for(const RoomId& id) {
  auto& room = rooms_[id];
  if (!room) {
    room = std::make_shared<Room>(id);
    ++shard_.census->rooms;
  }
  return room;
}

rtc::AnswerParams Sessions::answer_params(const OpenRequest& request) const {
  return {shard_.credentials(), certificate_->fingerprint(), request.candidates, random_session_id(),
          rtc::TransportCcUse::on};
}

Outcome<Opened> Sessions::open(const OpenRequest& request, Instant now) {
  if (auto refusal = admission(request)) return tl::make_unexpected(std::move(*refusal));
  auto offer = rtc::SessionDescription::parse(request.offer);
  if (!offer) return refused_offer(offer.error());
  return request.role == SessionRole::publish ? open_publish(request, *offer, now)
                                              : open_watch(request, *offer, now);
}

Outcome<Opened> Sessions::open_publish(const OpenRequest& request, const rtc::SessionDescription& offer,
                                       Instant now) {
  auto ours = answer_params(request);
  auto answer = rtc::answer_publish(offer, ours);
  if (!answer) return refused_offer(answer.error());
  auto is_sound = [](const auto& track) { return track.kind == rtc::MediaKind::audio; };
  if (request.part == Part::low && std::any_of(answer->tracks.begin(), answer->tracks.end(), is_sound)) {
    return refuse(ErrorId::unprocessable,
                  "The low layer is a picture alone; the sound belongs to the high one.");
  }
  auto session = std::make_unique<Session>(random_hex(kSessionIdBytes), SessionRole::publish,
                                           room_for(request.room), sink_, now);
  session->set_owner(request.owner);
  session->publish_with({answer->tracks, answer->extensions, limits_.cache, limits_.max_publish_bps},
                        request.part);
  return admit(std::move(session), ours, answer->remote, answer->answer, now);
}

Outcome<Opened> Sessions::open_watch(const OpenRequest& request, const rtc::SessionDescription& offer,
                                     Instant now) {
  auto room = room_for(request.room);
  rtc::WatchParams params{answer_params(request), random_hex(kNameBytes), request.room.text(),
                          random_ssrc(),          random_ssrc(),          random_ssrc()};
  auto answer = rtc::answer_watch(offer, room->codecs(), params);
  if (!answer) return refused_offer(answer.error());
  auto session = std::make_unique<Session>(random_hex(kSessionIdBytes), SessionRole::watch, room, sink_, now);
  session->set_owner(request.owner);
  session->watch_with({answer->tracks, answer->extensions, params.cname, request.wish});
  return admit(std::move(session), params.common, answer->remote, answer->answer, now);
}

Outcome<Opened> Sessions::admit(std::unique_ptr<Session> session, const rtc::AnswerParams& ours,
                                const rtc::RemoteParams& theirs, const rtc::SessionDescription& answer,
                                Instant now) {
  rtc::PeerConfig config;
  config.certificate = certificate_;
  config.local = ours.ice;
  config.remote = theirs.ice;
  config.remote_fingerprint = theirs.fingerprint;
  auto peer = rtc::Peer::create(std::move(config), *session, now);
  if (!peer) {
    auto room = session->room().id();
    session.reset();
    drop_if_unused(room);
    return refuse(protocol::error_id(peer.error().code), peer.error().message);
  }
  session->take(std::move(*peer), theirs.ice.ufrag);
  paths_.add_ufrag(ours.ice.ufrag, *session);
  ++past_.opened;
  // What a viewer will watch is woken while its handshake is still under way.
  if (auto* viewer = session->viewer()) session->room().expect(*viewer, now);
  Opened opened{session->id(), ours.ice.ufrag, answer.text()};
  sessions_[opened.id] = std::move(session);
  ++shard_.census->sessions;
  return opened;
}

Outcome<Patched> Sessions::patch(const PatchRequest& request, Instant now) {
  auto* session = find(request.session);
  if (session == nullptr) return refuse(ErrorId::not_found, "There is no such session.");
  auto fragment = rtc::SdpFragment::parse(request.fragment);
  if (!fragment) return refuse(ErrorId::bad_request, fragment.error().message);
  const auto& etag = session->peer().local_credentials().ufrag;
  if (request.if_match && *request.if_match != "*" && *request.if_match != quoted_tag(etag)) {
    return refuse(ErrorId::precondition_failed, "If-Match names another ICE session.");
  }
  if (session->restarts_ice(*fragment)) return restart(*session, *fragment, request, now);
  return Patched{etag, std::nullopt};  // an ICE-lite agent needs no remote candidates
}

// RFC 9725 §4.3.3: new credentials from the client mean an ICE restart.
Patched Sessions::restart(Session& session, const rtc::SdpFragment& fragment, const PatchRequest& request,
                          Instant now) {
  auto ours = shard_.credentials();
  session.restart_ice(ours, {fragment.ufrag, fragment.pwd}, now);
  paths_.add_ufrag(ours.ufrag, session);
  rtc::SdpFragment answer{.ufrag = ours.ufrag,
                          .pwd = ours.pwd,
                          .ice_lite = true,
                          .end_of_candidates = true,
                          .mid = fragment.mid,
                          .candidates = request.candidates};
  return {ours.ufrag, answer.text()};
}

bool Sessions::close(const SessionName& name, Instant now) {
  auto* session = find(name);
  if (session == nullptr) return false;
  end(*session, "it hung up", now);
  reap();
  return true;
}

std::size_t Sessions::evict(const Eviction& eviction, Instant now) {
  std::size_t evicted = 0;
  for (auto& [id, session] : sessions_) {
    if (session->ended() || !eviction.covers(session->owner(), session->room().id().text())) continue;
    end(*session, "the server took the right back", now);
    ++evicted;
  }
  reap();
  return evicted;
}

bool Sessions::choose_layer(const SessionName& name, LayerWish wish, Instant now) {
  auto* session = find(name);
  if (session == nullptr || session->viewer() == nullptr) return false;
  session->viewer()->set_wish(wish, now);
  session->room().review(now);
  sweep_at_ = now;  // a viewer that is catching up is found there
  return true;
}

void Sessions::close_all(Instant now) {
  for (auto& [id, session] : sessions_) end(*session, "the relay is going down", now);
  reap();
}

void Sessions::receive(const rtc::Tuple& tuple, MutableBytes datagram, Instant now) {
  auto* session = paths_.find(tuple, datagram);
  if (session == nullptr || session->ended()) {
    ++past_.strangers;
    return;
  }
  if (session->receive(tuple, datagram, now)) paths_.bind(tuple, *session);
  settle(*session, now);
  if (!ended_.empty()) reap();
}

void Sessions::settle(Session& session, Instant now) {
  if (session.take_connected()) join(session, now);
  if (session.closed() && !session.ended()) end(session, reason_text(*session.closed()), now);
}

void Sessions::join(Session& session, Instant now) {
  auto& room = session.room();
  if (session.role() == SessionRole::publish) replace_others(session, now);
  on_note_({SessionNote::What::came, session.role(), room.id().text(), ""});
  if (session.role() == SessionRole::watch) {
    if (!room.add(*session.viewer(), now)) end(session, "the room's codec is not the one it asked for", now);
  } else {
    auto misfits = room.publish(*session.publisher(), session.part(), now);
    for (auto& [id, other] : sessions_) {
      auto misfit = std::find(misfits.begin(), misfits.end(), other->viewer()) != misfits.end();
      if (other->viewer() != nullptr && misfit) end(*other, "the room's codec has changed", now);
    }
  }
  sweep_at_ = now;  // the newly eager are found at the next sweep
}

void Sessions::replace_others(const Session& session, Instant now) {
  for (auto& [id, other] : sessions_) {
    auto same_room = &other->room() == &session.room() && other->role() == SessionRole::publish;
    if (same_room && other->part() == session.part() && other.get() != &session && other->connected()) {
      end(*other, "a newer publisher took the room over", now);
    }
  }
}

void Sessions::end(Session& session, std::string_view reason, Instant now) {
  if (!session.end(now)) return;
  if (auto* viewer = session.viewer()) session.room().remove(*viewer, now);
  if (auto* publisher = session.publisher()) session.room().unpublish(*publisher, now);
  on_note_({SessionNote::What::went, session.role(), session.room().id().text(), std::string(reason)});
  past_.add(session);
  paths_.remove(session);
  ended_.push_back(session.id());
}

void Sessions::reap() {
  for (const auto& id : ended_) {
    auto found = sessions_.find(id);
    std::erase(eager_, found->second.get());
    auto room = found->second->room().id();
    sessions_.erase(found);
    --shard_.census->sessions;
    drop_if_unused(room);
  }
  ended_.clear();
}

void Sessions::drop_if_unused(const RoomId& id) {
  auto room = rooms_.find(id);
  if (room == rooms_.end() || room->second.use_count() != 1) return;
  rooms_.erase(room);
  --shard_.census->rooms;
  if (on_room_gone_) on_room_gone_(id);
}

std::optional<rtc::Ssrc> Sessions::audio_of(const rtc::Tuple& tuple) const {
  const auto* session = paths_.find(tuple, {});
  return session == nullptr ? std::nullopt : session->audio_sent();
}

void Sessions::handle_timeout(Instant now) {
  if (now >= sweep_at_) {
    sweep(now);
  } else {
    for (auto* session : eager_) {
      if (session->media_deadline() <= now) session->handle_timeout(now);
      settle(*session, now);
    }
  }
  if (!ended_.empty()) reap();
}

void Sessions::sweep(Instant now) {
  sweep_at_ = now + kSweepInterval;
  eager_.clear();
  for (auto& [id, room] : rooms_) room->review(now);
  for (auto& [id, session] : sessions_) {
    session->handle_timeout(now);
    settle(*session, now);
    if (session->eager()) eager_.push_back(session.get());
  }
}

std::optional<Instant> Sessions::next_deadline() const {
  if (sessions_.empty()) return std::nullopt;
  auto at = sweep_at_;
  for (const auto* session : eager_) {
    if (session->eager()) at = std::min(at, session->media_deadline());
  }
  return at;
}

}  // namespace classcast::relay
