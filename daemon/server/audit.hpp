// SPDX-License-Identifier: MIT
// Audit: who did what. Rows are written in the background; the journal gets the same line.
#pragma once

#include "base/id.hpp"
#include "server/exchange.hpp"
#include "store/audit.hpp"
#include "store/thread.hpp"

#include <string>
#include <string_view>

namespace classcast::server {

class Audit {
 public:
  explicit Audit(store::StoreThread& store) : store_(store) {}
  /// `action` is noun.verb; `detail` never holds a secret.
  void note(const Exchange& exchange, std::string_view action, std::string_view room = {},
            std::string_view detail = {});
  void note(store::AuditRow row);

 private:
  store::StoreThread& store_;
};

}  // namespace classcast::server
