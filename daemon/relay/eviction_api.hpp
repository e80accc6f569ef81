// SPDX-License-Identifier: MIT
// EvictionApi: POST /evictions, by which the server ends sessions of people and classroom PCs that have lost
// their right (docs/ref/protocol.md §2).
#pragma once

#include "relay/access.hpp"
#include "relay/gateway.hpp"
#include "relay/http_message.hpp"

namespace classcast::relay {

class EvictionApi {
 public:
  EvictionApi(Gateway& gateway, Access& access) : gateway_(gateway), access_(access) {}

  void handle(const HttpRequest& request, Respond respond);

 private:
  Gateway& gateway_;
  Access& access_;
};

}  // namespace classcast::relay
