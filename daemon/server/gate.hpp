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
  /// An API token in place of a cookie: no other site can make a browser send it.
  bool by_token = false;
  bool read_only = false;
};

/// The room that a request is about.
struct RoomCase {
  bool exists = false;
  Relation relation = Relation::none;
  Right right = Right::see;
};

struct Refusal {
  protocol::ErrorId id;
  std::string detail;
};

/// nullopt lets the request through.
std::optional<Refusal> refuse(Access access, const Caller& caller);

/// For routes with Access::room, after refuse(): the same answer for a room that is not there and for one
/// that must not be known.
std::optional<Refusal> refuse_room(const RoomCase& room, store::Role role);

/// Whether an Origin header (RFC 6454 §7) names the server that `host` (the Host header) names.
bool own_origin(std::string_view origin, std::string_view host);

}  // namespace classcast::server
