// SPDX-License-Identifier: MIT
// /healthz, /readyz and /metrics: what monitoring asks.
#pragma once

#include "server/http.hpp"

#include <functional>
#include <string>

namespace classcast::server {

/// The figures of the moment.
struct Figures {
  bool database_answers = false;
  bool viewer_loaded = false;
  bool relay_answers = false;
  std::size_t rooms = 0;
  std::size_t rooms_live = 0;
  std::size_t classroom_pcs = 0;
  std::size_t browsers = 0;
  std::size_t sessions = 0;
  std::size_t connections = 0;
  std::size_t store_queue = 0;
  std::size_t proxied = 0;
  std::size_t chat_waiting = 0;
  std::uint64_t chat_stored = 0;
  std::uint64_t stills_refused = 0;
  std::size_t mails_waiting = 0;
  std::uint64_t mails_sent = 0;
  std::uint64_t mails_failed = 0;
  std::array<std::uint64_t, 6> answers{};
};

/// `/metrics` is only for loopback and administrators.
void add_operations_routes(HttpServer& http, const std::function<Figures()>& figures);

/// Prometheus text format 0.0.4.
std::string metrics_text(const Figures& figures);

}  // namespace classcast::server
