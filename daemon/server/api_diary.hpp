// SPDX-License-Identifier: MIT
// /api/v1/rooms/{room}/diary and /uptime: what happened to a room, and for how long it was in which state.
#pragma once

#include "server/api.hpp"
#include "server/http.hpp"
#include "server/parts.hpp"

#include <map>
#include <string>
#include <vector>

namespace classcast::server {

class DiaryApi {
 public:
  static constexpr std::int64_t kMaxPage = 200;
  static constexpr std::int64_t kWeekMs = 7LL * 24 * 3600 * 1000;

  explicit DiaryApi(Parts& parts) : parts_(parts) {}
  void add_routes(HttpServer& http);

 private:
  void diary(const ExchangePtr& exchange);
  void uptime(const ExchangePtr& exchange);

  Parts& parts_;
  glib::Scope scope_;
};

/// Milliseconds in each state between two times. `entries` are in the order of time and begin, if there is
/// one, with the entry that held at `from_ms`. Time before the first entry counts for no state. Pure.
std::map<std::string, std::int64_t> time_in_states(const std::vector<store::DiaryEntry>& entries,
                                                   std::int64_t from_ms, std::int64_t to_ms);

}  // namespace classcast::server
