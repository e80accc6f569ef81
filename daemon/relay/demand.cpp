// SPDX-License-Identifier: MIT
#include "relay/demand.hpp"

#include <algorithm>

namespace classcast::relay {

void Demand::want(bool wanted, Instant now) {
  if (wanted_ == wanted) return;
  wanted_ = wanted;
  refused_ = false;
  if (!wanted) {
    unwanted_since_ = now;
    return;
  }
  unwanted_since_.reset();
  if (!paused_) return;
  paused_ = false;
  stopped_ = obeyed_;
  woken_at_ = now;
  obeyed_ = false;
  asked_at_.reset();
  repeat_ = kRepeat;
}

void Demand::on_media(Instant now) {
  media_at_ = now;
  // RFC 7728 §5.2: media that flows is the answer to RESUME, unless it was still under way when we asked for
  // the pause.
  if (!paused_ && asked_at_ && (stopped_ || now - woken_at_ >= kRepeat)) obeyed_ = true;
  if (paused_ && obeyed_ && asked_at_ && now - *asked_at_ >= kRepeat) obeyed_ = false;
}

void Demand::on_answer(const rtc::rtcp::Pause::Entry& entry) {
  if (entry.pause_id != pause_id_) return;
  if (entry.kind == Kind::paused && paused_) obeyed_ = true;
  if (entry.kind == Kind::refused) {
    // §6.6: it will not; media goes on and nothing is said of a pause.
    refused_ = paused_;
    paused_ = false;
    obeyed_ = true;
  }
}

std::optional<Instant> Demand::request_at() const {
  if (!wanted_ && !paused_ && !refused_) return *unwanted_since_ + kIdle;
  if (obeyed_) return std::nullopt;
  return asked_at_ ? *asked_at_ + repeat_ : Instant{};
}

std::optional<Instant> Demand::next_deadline() const {
  return request_at();
}

std::optional<Demand::Request> Demand::due(Instant now) {
  auto at = request_at();
  if (!at || *at > now) return std::nullopt;
  if (!wanted_ && !paused_) {
    paused_ = true;
    obeyed_ = false;
    repeat_ = kRepeat;
    ++pause_id_;
  } else if (asked_at_ && paused_ && (!media_at_ || now - *media_at_ >= kRepeat)) {
    obeyed_ = true;  // no media for a while: it has stopped, even if it said nothing
    return std::nullopt;
  } else if (asked_at_ && paused_) {
    repeat_ = std::min(repeat_ * 5 / 4, kLongestRepeat);
  }
  asked_at_ = now;
  return Request{paused_ ? Kind::pause : Kind::resume, pause_id_};
}

}  // namespace classcast::relay
