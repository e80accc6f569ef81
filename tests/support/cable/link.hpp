// SPDX-License-Identifier: MIT
// Link: one direction of the cable; frames wait in it as they would on a line that is slow, long or bad.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <random>

namespace classcast::cable {

struct LinkSettings {
  double delay_ms = 0;
  double loss_percent = 0;
  double rate_kbit = 0;   ///< 0: as fast as can be
  double queue_ms = 300;  ///< what would have to wait longer is lost
  bool carries_udp = true;
  std::uint16_t refused_tcp_port = 0;  ///< nothing to this port is carried
};

class Link {
 public:
  explicit Link(unsigned seed) : random_(seed) {}

  void set(const LinkSettings& settings) { settings_ = settings; }
  void take(Bytes frame, Instant now);
  /// Hands out what has arrived by now, in order.
  void deliver(Instant now, const std::function<void(Bytes)>& out);
  [[nodiscard]] std::optional<Instant> next() const;

 private:
  struct Frame {
    Instant at;
    Buffer data;
  };
  LinkSettings settings_;
  std::mt19937 random_;
  Instant busy_until_{};
  std::deque<Frame> way_;
};

}  // namespace classcast::cable
