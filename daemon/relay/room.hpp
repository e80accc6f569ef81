// SPDX-License-Identifier: MIT
// Room: one publisher at most, and any number of viewers who outlive it.
#pragma once

#include "base/id.hpp"
#include "relay/publisher.hpp"
#include "relay/viewer.hpp"

#include <string>
#include <vector>

namespace classcast::relay {

class Room final : public MediaListener {
 public:
  explicit Room(RoomId id) : id_(std::move(id)) {}
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  [[nodiscard]] const RoomId& id() const { return id_; }
  /// The publisher takes the room over; the former, if any, is no longer heard. Returns the viewers whose
  /// codecs do not fit it.
  std::vector<Viewer*> publish(Publisher& publisher, Instant now);
  /// Nothing happens when another has taken the room over.
  void unpublish(const Publisher& publisher);
  /// False when the publisher's codecs do not fit.
  bool add(Viewer& viewer, Instant now);
  void remove(const Viewer& viewer);

  [[nodiscard]] Publisher* publisher() { return publisher_; }
  [[nodiscard]] const Publisher* publisher() const { return publisher_; }
  [[nodiscard]] std::size_t viewers() const { return viewers_.size(); }
  [[nodiscard]] bool empty() const { return publisher_ == nullptr && viewers_.empty(); }

  void on_media(Track& track, MediaRun run, Instant now) override;

 private:
  RoomId id_;
  Publisher* publisher_ = nullptr;
  std::vector<Viewer*> viewers_;
};

}  // namespace classcast::relay
