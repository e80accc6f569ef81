// SPDX-License-Identifier: MIT
#include "relay/session.hpp"

#include <utility>

namespace classcast::relay {

namespace {

// RFC 8489 §5: the first two octets of a binding success response.
bool is_check_answer(Bytes datagram) {
  return datagram.size() >= 2 && datagram[0] == 0x01 && datagram[1] == 0x01;
}

}  // namespace

Session::Session(std::string id, SessionRole role, std::shared_ptr<Room> room, DatagramSink& sink,
                 Instant now)
    : id_(std::move(id)), role_(role), room_(std::move(room)), sink_(sink), created_(now) {}

void Session::take(std::unique_ptr<rtc::Peer> peer, std::string remote_ufrag) {
  peer_ = std::move(peer);
  remote_ufrag_ = std::move(remote_ufrag);
}

void Session::watch_with(const ViewerOptions& options) {
  viewer_.emplace(options, *this);
  for (const auto& track : options.tracks) {
    if (track.kind == rtc::MediaKind::audio) audio_sent_ = track.ssrc;
  }
}

bool Session::restarts_ice(const rtc::SdpFragment& fragment) const {
  // RFC 8840 §4.4: a candidate of the generation before may come late; it brings that one not back.
  return !fragment.ufrag.empty() && !fragment.pwd.empty() && fragment.ufrag != remote_ufrag_ &&
         fragment.ufrag != former_ufrag_;
}

void Session::restart_ice(const rtc::IceCredentials& ours, const rtc::IceCredentials& theirs, Instant now) {
  former_ufrag_ = std::exchange(remote_ufrag_, theirs.ufrag);
  peer_->restart_ice(ours, theirs, now);
}

bool Session::receive(const rtc::Tuple& tuple, MutableBytes datagram, Instant now) {
  answered_check_ = false;
  peer_->receive(tuple, datagram, now);
  return answered_check_;
}

void Session::handle_timeout(Instant now) {
  auto at = peer_->next_deadline();
  if (at && *at <= now) peer_->handle_timeout(now);
  if (!connected_ || closed_ || ended_) return;
  if (publisher_ && publisher_->next_deadline() <= now) publisher_->handle_timeout(now);
  if (viewer_ && viewer_->next_deadline() <= now) viewer_->handle_timeout(now);
}

Instant Session::media_deadline() const {
  return publisher_ ? publisher_->next_deadline() : viewer_->next_deadline();
}

bool Session::eager() const {
  return connected_ && !closed_ && !ended_ && (publisher_ || viewer_->busy());
}

bool Session::take_connected() {
  return std::exchange(newly_connected_, false);
}

bool Session::end(Instant now) {
  if (std::exchange(ended_, true)) return false;
  if (viewer_ && connected_ && !closed_) viewer_->say_bye(now);
  peer_->close();
  return true;
}

bool Session::send_rtp(MutableBytes buffer, std::size_t size, Instant now) {
  return peer_->send_rtp(buffer, size, now);
}

bool Session::send_rtcp(MutableBytes buffer, std::size_t size, Instant now) {
  return peer_->send_rtcp(buffer, size, now);
}

void Session::transmit(const rtc::Tuple& tuple, Bytes datagram) {
  // Only a request with our password is answered with success, so the path it came by is the peer's.
  answered_check_ = answered_check_ || is_check_answer(datagram);
  sink_.send(tuple, datagram);
}

void Session::on_connected() {
  connected_ = true;
  newly_connected_ = true;
}

void Session::on_rtp(rtc::RtpPacket packet, Instant now) {
  if (publisher_) publisher_->on_rtp(packet, now);
}

void Session::on_rtcp(Bytes compound, Instant now) {
  if (publisher_) publisher_->on_rtcp(compound, now);
  if (viewer_) viewer_->on_rtcp(compound, now);
}

void Session::on_closed(rtc::CloseReason reason) {
  closed_ = reason;
}

}  // namespace classcast::relay
