// SPDX-License-Identifier: MIT
#include "relay/placement.hpp"

#include <algorithm>

namespace classcast::relay {

std::size_t Placement::of(const RoomId& room) const {
  auto place = places_.find(room);
  return place == places_.end() ? 0 : place->second.thread;
}

std::size_t Placement::begin(const RoomId& room) {
  auto [place, fresh] = places_.try_emplace(room);
  if (fresh) {
    auto least = std::min_element(rooms_.begin(), rooms_.end());
    place->second.thread = static_cast<std::size_t>(least - rooms_.begin());
    ++*least;
  }
  ++place->second.pending;
  return place->second.thread;
}

void Placement::finish(const RoomId& room, After after) {
  auto place = places_.find(room);
  if (place == places_.end()) return;
  --place->second.pending;
  if (after == After::gone && place->second.pending == 0) drop(place);
}

void Placement::gone(const RoomId& room) {
  auto place = places_.find(room);
  if (place != places_.end() && place->second.pending == 0) drop(place);
}

void Placement::drop(std::unordered_map<RoomId, Place>::iterator place) {
  --rooms_[place->second.thread];
  places_.erase(place);
}

}  // namespace classcast::relay
