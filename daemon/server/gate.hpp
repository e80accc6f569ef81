// SPDX-License-Identifier: MIT
// The gate: decides whether a request may reach its handler. Pure.
#pragma once

#include "protocol/problem.hpp"
#include "server/router.hpp"
#include "store/sessions.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace classcast::server {

/// What the gate looks at.
struct Caller {
  std::string_view method;
  std::string_view origin;
  std::string_view host;
  std::string_view csrf;
  /// nullptr when nobody is signed in.
  const store::Session* session = nullptr;
};

struct Refusal {
  protocol::ErrorId id;
  std::string detail;
};

/// nullopt lets the request through.
std::optional<Refusal> refuse(Access access, const Caller& caller);

/// Whether an Origin header (RFC 6454 §7) names the server that `host` (the Host header) names.
bool own_origin(std::string_view origin, std::string_view host);

}  // namespace classcast::server
