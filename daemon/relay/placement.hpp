// SPDX-License-Identifier: MIT
// Placement: which media thread each room lives on. Main thread only.
#pragma once

#include "base/id.hpp"

#include <cstddef>
#include <unordered_map>
#include <vector>

namespace classcast::relay {

class Placement {
 public:
  explicit Placement(std::size_t threads) : rooms_(threads) {}

  /// Where the room lives; thread 0, which will find nothing there, for a room that lives nowhere.
  [[nodiscard]] std::size_t of(const RoomId& room) const;
  /// The same for a request that may make the room: a new one gets the thread with the fewest rooms. Each
  /// call is followed by one of finish().
  std::size_t begin(const RoomId& room);
  enum class After { alive, gone };
  /// The thread has answered; `after` is what became of the room.
  void finish(const RoomId& room, After after);
  /// The room ended by itself. A request on its way to the thread makes it anew there.
  void gone(const RoomId& room);

  [[nodiscard]] std::size_t rooms() const { return places_.size(); }

 private:
  struct Place {
    std::size_t thread = 0;
    std::size_t pending = 0;  // requests that the thread has not answered
  };
  void drop(std::unordered_map<RoomId, Place>::iterator place);

  std::unordered_map<RoomId, Place> places_;
  std::vector<std::size_t> rooms_;  // by thread
};

}  // namespace classcast::relay
