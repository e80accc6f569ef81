// SPDX-License-Identifier: MIT
#include "server/idempotency.hpp"

#include "base/clock.hpp"
#include "server/sessions.hpp"

#include <algorithm>

namespace classcast::server {

using protocol::ErrorId;

namespace {
constexpr const char* kHeader = "Idempotency-Key";
}

std::string Idempotency::fingerprint(const Exchange& exchange) {
  return sha256_hex(fmt::format("{} {}\n{}", exchange.method(), exchange.path(), exchange.body()));
}

bool Idempotency::answered(Exchange& exchange) {
  auto key = exchange.header(kHeader);
  if (key.empty()) return false;
  if (key.size() > kMaxKey) {
    exchange.problem(ErrorId::bad_request, "Idempotency-Key has more than 100 bytes.");
    return true;
  }
  auto found = kept_.find({exchange.session()->user_id, std::string(key)});
  if (found == kept_.end() || unix_ms() - found->second.at_ms > kKeepMs) return false;
  if (found->second.request != fingerprint(exchange)) {
    exchange.problem(ErrorId::conflict, "This Idempotency-Key was used for another request.");
  } else {
    exchange.json(found->second.status, found->second.body);
  }
  return true;
}

void Idempotency::answer(Exchange& exchange, int status, const std::string& body) {
  if (auto key = exchange.header(kHeader); !key.empty()) {
    if (kept_.size() >= kMaxKept) {
      kept_.erase(std::min_element(kept_.begin(), kept_.end(), [](const auto& a, const auto& b) {
        return a.second.at_ms < b.second.at_ms;
      }));
    }
    kept_.insert_or_assign({exchange.session()->user_id, std::string(key)},
                           Kept{fingerprint(exchange), status, body, unix_ms()});
  }
  exchange.json(status, body);
}

}  // namespace classcast::server
