// SPDX-License-Identifier: MIT
// Gateway: how the HTTP side asks the media side. Answers come later, on the thread that asked.
#pragma once

#include "protocol/relay_status.hpp"
#include "relay/sessions.hpp"

#include <functional>

namespace classcast::relay {

class Gateway {
 public:
  template <typename T>
  using Done = std::function<void(T)>;

  virtual ~Gateway() = default;
  virtual void open(OpenRequest request, Done<Outcome<Opened>> done) = 0;
  virtual void patch(PatchRequest request, Done<Outcome<Patched>> done) = 0;
  /// False when there was no such session.
  virtual void close(SessionName name, Done<bool> done) = 0;
  /// How many sessions ended.
  virtual void evict(Eviction eviction, Done<std::size_t> done) = 0;
  virtual void exists(SessionName name, Done<bool> done) = 0;
  /// False when there is no such session.
  virtual void choose_layer(SessionName name, LayerWish wish, Done<bool> done) = 0;
  /// nullopt when there is no such session of a viewer.
  virtual void view(SessionName name, Done<std::optional<SessionView>> done) = 0;
  virtual void status(Done<protocol::RelayStatus> done) = 0;
  virtual void totals(Done<SessionTotals> done) = 0;
};

}  // namespace classcast::relay
