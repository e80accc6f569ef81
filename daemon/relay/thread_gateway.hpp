// SPDX-License-Identifier: MIT
// ThreadGateway: the Gateway to a MediaLoop on its own thread.
#pragma once

#include "relay/gateway.hpp"
#include "relay/media_loop.hpp"

namespace classcast::relay {

class ThreadGateway final : public Gateway {
 public:
  explicit ThreadGateway(MediaLoop& loop) : loop_(loop) {}

  void open(OpenRequest request, Done<Outcome<Opened>> done) override;
  void patch(PatchRequest request, Done<Outcome<Patched>> done) override;
  void close(SessionName name, Done<bool> done) override;
  void exists(SessionName name, Done<bool> done) override;
  void status(Done<protocol::RelayStatus> done) override;
  void totals(Done<SessionTotals> done) override;

 private:
  MediaLoop& loop_;
};

}  // namespace classcast::relay
