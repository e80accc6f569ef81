// SPDX-License-Identifier: MIT
// Idempotency: gives the same answer again when a request to make something comes again with its
// Idempotency-Key. In memory: what is made has a unique name, so a restart makes nothing twice either.
#pragma once

#include "server/exchange.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace classcast::server {

class Idempotency {
 public:
  static constexpr std::size_t kMaxKept = 1000;
  static constexpr std::size_t kMaxKey = 100;
  static constexpr std::int64_t kKeepMs = 24LL * 3600 * 1000;

  /// Answers again, or refuses a key that was used for another request, and returns true.
  bool answered(Exchange& exchange);
  /// Answers and keeps the answer under the request's key, if it has one.
  void answer(Exchange& exchange, int status, const std::string& body);

 private:
  using Key = std::pair<std::int64_t, std::string>;
  struct Kept {
    std::string request;
    int status;
    std::string body;
    std::int64_t at_ms;
  };
  static std::string fingerprint(const Exchange& exchange);
  std::map<Key, Kept> kept_;
};

}  // namespace classcast::server
