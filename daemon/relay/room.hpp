// SPDX-License-Identifier: MIT
// Room: one stream in one or several layers, and any number of viewers who outlive its publishers.
#pragma once

#include "base/id.hpp"
#include "relay/layers.hpp"
#include "relay/publisher.hpp"
#include "relay/viewer.hpp"

#include <string>
#include <vector>

namespace classcast::relay {

/// What a publisher is to its room: the whole (a simulcast included), or the small picture beside it.
enum class Part { main, low };

class Room final : public MediaListener {
 public:
  explicit Room(RoomId id) : id_(std::move(id)) {}
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  [[nodiscard]] const RoomId& id() const { return id_; }
  /// The publisher takes its part of the room over; the former, if any, is no longer heard. Returns the
  /// viewers whose codecs do not fit what the room has now.
  std::vector<Viewer*> publish(Publisher& publisher, Part part, Instant now);
  /// Nothing happens when another has taken the part over.
  void unpublish(const Publisher& publisher, Instant now);
  /// A viewer is on its way: what it will watch is woken at once.
  void expect(Viewer& viewer, Instant now);
  /// The viewer is there. False when the room's codecs do not fit.
  bool add(Viewer& viewer, Instant now);
  void remove(const Viewer& viewer, Instant now);
  /// Lets every viewer choose its layer and the publishers know what is wanted. To be called often.
  void review(Instant now);

  [[nodiscard]] bool published() const { return main_ != nullptr || low_ != nullptr; }
  [[nodiscard]] std::size_t viewers() const { return viewers_.size(); }
  [[nodiscard]] rtc::SourceCodecs codecs() const;
  [[nodiscard]] Sources sources() const;
  /// Every layer is paused, because nobody watches.
  [[nodiscard]] bool paused() const;

  void on_media(Track& track, MediaRun run, Instant now) override;

 private:
  void tell_viewers(Instant now);
  void tell_publishers(Instant now);
  [[nodiscard]] bool wanted(const Track& track) const;

  RoomId id_;
  Publisher* main_ = nullptr;
  Publisher* low_ = nullptr;
  Sources told_;
  std::vector<Viewer*> viewers_;
  std::vector<Viewer*> expected_;  // their handshakes are not finished
};

}  // namespace classcast::relay
