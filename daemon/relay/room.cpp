// SPDX-License-Identifier: MIT
#include "relay/room.hpp"

#include <algorithm>

namespace classcast::relay {

std::vector<Viewer*> Room::publish(Publisher& publisher, Part part, Instant now) {
  (part == Part::main ? main_ : low_) = &publisher;
  tell_viewers(now);
  std::vector<Viewer*> misfits;
  std::copy_if(viewers_.begin(), viewers_.end(), std::back_inserter(misfits),
               [this](const auto* viewer) { return !viewer->fits(told_); });
  tell_publishers(now);
  return misfits;
}

void Room::unpublish(const Publisher& publisher, Instant now) {
  if (main_ != &publisher && low_ != &publisher) return;
  (main_ == &publisher ? main_ : low_) = nullptr;
  tell_viewers(now);
  tell_publishers(now);
}

void Room::expect(Viewer& viewer, Instant now) {
  expected_.push_back(&viewer);
  tell_publishers(now);
}

bool Room::add(Viewer& viewer, Instant now) {
  std::erase(expected_, &viewer);
  viewers_.push_back(&viewer);
  told_ = sources();
  viewer.take_sources(told_, now);
  tell_publishers(now);
  return viewer.fits(told_);
}

void Room::remove(const Viewer& viewer, Instant now) {
  std::erase(expected_, &viewer);
  std::erase(viewers_, &viewer);
  tell_publishers(now);
}

void Room::review(Instant now) {
  if (sources() != told_) tell_viewers(now);
  for (auto* viewer : viewers_) viewer->review(now);
  tell_publishers(now);
}

/// A stream of its own as `low` comes before the same of a simulcast.
Sources Room::sources() const {
  Sources sources;
  if (main_ != nullptr) {
    auto pictures = main_->pictures();
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      auto name = layer_name(i, pictures.size());
      if (low_ == nullptr || name != LayerName::low) sources.pictures.push_back({name, pictures[i]});
    }
    sources.sound = main_->track(rtc::MediaKind::audio);
  }
  if (low_ == nullptr) return sources;
  if (auto* picture = low_->track(rtc::MediaKind::video))
    sources.pictures.push_back({LayerName::low, picture});
  return sources;
}

rtc::SourceCodecs Room::codecs() const {
  auto has = sources();
  rtc::SourceCodecs codecs;
  if (has.sound != nullptr) codecs.audio = has.sound->negotiated().codec;
  if (!has.pictures.empty()) codecs.video = has.pictures.front().track->negotiated().codec;
  return codecs;
}

bool Room::paused() const {
  auto has = sources();
  return !has.pictures.empty() && std::all_of(has.pictures.begin(), has.pictures.end(),
                                              [](const auto& p) { return p.track->demand().paused(); });
}

void Room::tell_viewers(Instant now) {
  told_ = sources();
  for (auto* viewer : viewers_) viewer->take_sources(told_, now);
}

bool Room::wanted(const Track& track) const {
  auto wants = [&](const Viewer* viewer) { return viewer->wants(track); };
  auto will = [&](const Viewer* viewer) { return viewer->will_want(track, told_); };
  return std::any_of(viewers_.begin(), viewers_.end(), wants) ||
         std::any_of(expected_.begin(), expected_.end(), will);
}

void Room::tell_publishers(Instant now) {
  for (auto* publisher : {main_, low_}) {
    if (publisher != nullptr) publisher->want([this](const Track& track) { return wanted(track); }, now);
  }
}

void Room::on_media(Track& track, MediaRun run, Instant now) {
  // A publisher that was replaced may still send; no viewer has its tracks any more.
  for (auto* viewer : viewers_) viewer->on_media(track, run, now);
}

}  // namespace classcast::relay
