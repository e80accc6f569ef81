// SPDX-License-Identifier: MIT
// Monitor: /status for the server, /metrics for Prometheus, /healthz and /readyz for whoever restarts us.
#pragma once

#include "relay/access.hpp"
#include "relay/gateway.hpp"
#include "relay/http_message.hpp"

#include <cstdint>
#include <string>

namespace classcast::relay {

/// Text exposition format 0.0.4.
std::string metrics_text(const SessionTotals& totals, std::uint64_t rejected_tokens);

class Monitor {
 public:
  Monitor(Gateway& gateway, Access& access, std::int64_t started_ms)
      : gateway_(gateway), access_(access), started_ms_(started_ms) {}

  void handle(const HttpRequest& request, Respond respond);

 private:
  void status(const HttpRequest& request, Respond respond);
  void metrics(Respond respond);
  void ready(Respond respond);

  Gateway& gateway_;
  Access& access_;
  std::int64_t started_ms_;
};

}  // namespace classcast::relay
