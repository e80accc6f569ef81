// SPDX-License-Identifier: MIT
#include "relay/eviction.hpp"

#include <algorithm>

namespace classcast::relay {

namespace {
constexpr std::int64_t kTokenLifeMs = protocol::kTokenLifeSeconds * 1000;
}

bool Eviction::covers(std::string_view owner, std::string_view its_room) const {
  if (!room.empty() && room != its_room) return false;
  if (sub.empty() || owner == sub) return true;
  return owner.size() > sub.size() && owner.starts_with(sub) &&
         (owner[sub.size()] == '/' || owner[sub.size()] == ':');
}

void Evictions::add(Eviction eviction, std::int64_t until_ms) {
  // What was signed before these has expired by now.
  std::erase_if(entries_,
                [until_ms](const Entry& entry) { return entry.until_ms + kTokenLifeMs < until_ms; });
  entries_.push_back({std::move(eviction), until_ms});
}

bool Evictions::cover(const protocol::TokenClaims& token) const {
  constexpr std::int64_t kMsPerSecond = 1000;
  const auto made_ms = token.made_ms != 0 ? token.made_ms : token.exp * kMsPerSecond - kTokenLifeMs;
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return made_ms <= entry.until_ms && entry.eviction.covers(token.sub, token.room);
  });
}

}  // namespace classcast::relay
