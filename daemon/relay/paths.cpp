// SPDX-License-Identifier: MIT
#include "relay/paths.hpp"

#include "rtc/demux.hpp"
#include "rtc/stun.hpp"

#include <algorithm>

namespace classcast::relay {

void Paths::add_ufrag(const std::string& ufrag, Session& session) {
  auto& ufrags = names_[&session].ufrags;
  if (ufrags.size() == kMaxUfrags) {
    by_ufrag_.erase(ufrags.front());
    ufrags.erase(ufrags.begin());
  }
  ufrags.push_back(ufrag);
  by_ufrag_[ufrag] = &session;
}

void Paths::bind(const rtc::Tuple& tuple, Session& session) {
  auto& owner = by_tuple_[tuple];
  if (owner == &session) return;
  if (owner != nullptr) std::erase(names_[owner].tuples, tuple);  // a browser used its port again
  owner = &session;
  auto& tuples = names_[&session].tuples;
  if (tuples.size() == kMaxTuples) {
    tell(tuples.front(), Change::lost);
    by_tuple_.erase(tuples.front());
    tuples.erase(tuples.begin());
  }
  tuples.push_back(tuple);
  tell(tuple, Change::bound);
}

void Paths::forget(const rtc::Tuple& tuple) {
  auto known = by_tuple_.find(tuple);
  if (known == by_tuple_.end()) return;
  std::erase(names_[known->second].tuples, tuple);
  by_tuple_.erase(known);
}

void Paths::tell(const rtc::Tuple& tuple, Change change) const {
  if (observer_) observer_(tuple, change);
}

Session* Paths::find(const rtc::Tuple& tuple, Bytes datagram) const {
  if (rtc::classify(datagram) == rtc::DatagramKind::stun) {
    if (auto ufrag = rtc::stun_local_ufrag(datagram)) {
      auto named = by_ufrag_.find(*ufrag);
      return named == by_ufrag_.end() ? nullptr : named->second;
    }
  }
  auto known = by_tuple_.find(tuple);
  return known == by_tuple_.end() ? nullptr : known->second;
}

void Paths::remove(Session& session) {
  auto names = names_.find(&session);
  if (names == names_.end()) return;
  for (const auto& ufrag : names->second.ufrags) by_ufrag_.erase(ufrag);
  for (const auto& tuple : names->second.tuples) {
    tell(tuple, Change::lost);
    by_tuple_.erase(tuple);
  }
  names_.erase(names);
}

}  // namespace classcast::relay
