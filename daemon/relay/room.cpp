// SPDX-License-Identifier: MIT
#include "relay/room.hpp"

#include <algorithm>

namespace classcast::relay {

std::vector<Viewer*> Room::publish(Publisher& publisher, Instant now) {
  publisher_ = &publisher;
  std::vector<Viewer*> misfits;
  for (auto* viewer : viewers_) {
    viewer->stop();
    if (!viewer->start(publisher, now)) misfits.push_back(viewer);
  }
  return misfits;
}

void Room::unpublish(const Publisher& publisher) {
  if (publisher_ != &publisher) return;
  publisher_ = nullptr;
  for (auto* viewer : viewers_) viewer->stop();
}

bool Room::add(Viewer& viewer, Instant now) {
  viewers_.push_back(&viewer);
  return publisher_ == nullptr || viewer.start(*publisher_, now);
}

void Room::remove(const Viewer& viewer) {
  std::erase(viewers_, &viewer);
}

void Room::on_media(Track& track, MediaRun run, Instant now) {
  // A publisher that was replaced may still send; its tracks are not this room's any more.
  if (publisher_ == nullptr || publisher_->track(track.kind()) != &track) return;
  for (auto* viewer : viewers_) viewer->on_media(track, run, now);
}

}  // namespace classcast::relay
