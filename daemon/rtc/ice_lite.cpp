// SPDX-License-Identifier: MIT
#include "rtc/ice_lite.hpp"

#include <algorithm>

namespace classcast::rtc {

namespace {

std::string_view reason_of(StunError error) {
  switch (error) {
    case StunError::bad_request:
      return "Bad Request";
    case StunError::unauthenticated:
      return "Unauthenticated";
    case StunError::unknown_attribute:
      return "Unknown Attribute";
    case StunError::role_conflict:
      return "Role Conflict";
  }
  return "";
}

}  // namespace

bool IceLite::Generation::names(std::string_view username) const {
  auto colon = username.find(':');
  return colon != std::string_view::npos && username.substr(0, colon) == local.ufrag &&
         username.substr(colon + 1) == remote.ufrag;
}

IceLite::IceLite(IceCredentials local, IceCredentials remote)
    : current_{std::move(local), std::move(remote)} {}

void IceLite::restart(IceCredentials local, IceCredentials remote) {
  previous_ = std::move(current_);
  current_ = {std::move(local), std::move(remote)};
}

const IceLite::Generation* IceLite::generation_of(const StunMessage& request) const {
  if (current_.names(*request.username)) return &current_;
  if (previous_ && previous_->names(*request.username)) return &*previous_;
  return nullptr;
}

Bytes IceLite::refuse(const StunMessage& request, StunError error, MutableBytes out) {
  ++rejected_;
  StunBuilder builder(out, StunClass::error, request.transaction);
  builder.error_code(error, reason_of(error));
  if (error == StunError::unknown_attribute) builder.unknown_attribute(*request.unknown_required);
  // RFC 8489 §9.1.3: 400 and 401 go without MESSAGE-INTEGRITY; the others come after a verified request.
  bool verified = error == StunError::role_conflict || error == StunError::unknown_attribute;
  if (!verified) return builder.finish(std::nullopt);
  const auto* generation = generation_of(request);
  return builder.finish(generation->local.pwd.reveal());
}

Bytes IceLite::receive(const Tuple& tuple, Bytes datagram, MutableBytes out, Instant now) {
  auto request = StunMessage::parse(datagram);
  // We send no requests, so responses are none of ours; indications (keep-alives) prove nothing.
  if (!request || request->cls != StunClass::request || request->method != kStunBinding) return {};
  // RFC 8489 §9.1.3: without either it is malformed, and not merely unauthenticated.
  if (!request->username || !request->has_integrity()) return refuse(*request, StunError::bad_request, out);
  const auto* generation = generation_of(*request);
  if (generation == nullptr || !request->verify(generation->local.pwd.reveal())) {
    return refuse(*request, StunError::unauthenticated, out);
  }
  if (request->unknown_required) return refuse(*request, StunError::unknown_attribute, out);
  // RFC 8445 §7.3.1.1: a lite agent is always controlled, so a remote that believes so of itself has to
  // switch.
  if (request->ice_controlled) return refuse(*request, StunError::role_conflict, out);
  auto response = StunBuilder(out, StunClass::success, request->transaction)
                      .xor_mapped_address(tuple.remote)
                      .finish(generation->local.pwd.reveal());
  accept(tuple, *request, *generation, now);
  return response;
}

void IceLite::accept(const Tuple& tuple, const StunMessage& request, const Generation& generation,
                     Instant now) {
  remember(tuple, now);
  consent_ = now;
  bool current = &generation == &current_;
  if (!selected_) selected_ = tuple;
  if (!request.use_candidate) return;
  // RFC 8445 §7.3.1.5; with aggressive nomination the latest wins (Firefox).
  selected_ = tuple;
  // Once the new generation has nominated, a late check of the old one must not bring its path back.
  if (current) previous_.reset();
}

void IceLite::remember(const Tuple& tuple, Instant now) {
  auto* known =
      std::find_if(tuples_.begin(), tuples_.end(), [&](const Known& k) { return k.tuple == tuple; });
  if (known != tuples_.end()) {
    known->checked = now;
    return;
  }
  if (tuples_.full()) forget_oldest();
  tuples_.push_back({tuple, now});
}

void IceLite::forget_oldest() {
  std::optional<std::size_t> oldest;
  for (std::size_t i = 0; i < tuples_.size(); ++i) {
    if (tuples_[i].tuple == selected_) continue;
    if (!oldest || tuples_[i].checked < tuples_[*oldest].checked) oldest = i;
  }
  if (oldest) tuples_.erase_unordered(*oldest);
}

bool IceLite::validated(const Tuple& tuple) const {
  return std::any_of(tuples_.begin(), tuples_.end(), [&](const Known& k) { return k.tuple == tuple; });
}

}  // namespace classcast::rtc
