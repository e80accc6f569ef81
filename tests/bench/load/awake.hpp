// SPDX-License-Identifier: MIT
// Awake: while it lives, no core sleeps so deeply that its waking is measured in milliseconds, as an idle
// virtual one does that its host has put aside (cyclictest does the same). Needs root; without it, nothing
// happens.
#pragma once

#include "relay/udp_socket.hpp"

namespace classcast::load {

class Awake {
 public:
  Awake();
  /// Whether the kernel has granted it.
  [[nodiscard]] bool granted() const { return granted_; }

 private:
  relay::Descriptor fd_;  // the wish ends with it
  bool granted_ = false;
};

}  // namespace classcast::load
