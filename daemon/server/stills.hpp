// SPDX-License-Identifier: MIT
// Stills: the newest small picture of every room, in memory only (docs/ref/protocol.md §5).
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/id.hpp"
#include "glib/ref.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace classcast::server {

class Stills {
 public:
  struct Still {
    glib::Ref<GBytes> jpeg;
    std::int64_t at_ms = 0;
    std::string etag;
  };

  /// False when it is no JPEG, too large, or comes too soon after the former one.
  bool put(const RoomId& room, Bytes jpeg, std::int64_t now_ms);
  /// nullptr when there is none.
  [[nodiscard]] const Still* find(const RoomId& room) const;
  void remove(const RoomId& room) { stills_.erase(room); }
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

 private:
  std::map<RoomId, Still> stills_;
  std::uint64_t refused_ = 0;
};

}  // namespace classcast::server
