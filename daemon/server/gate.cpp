// SPDX-License-Identifier: MIT
#include "server/gate.hpp"

#include "base/strings.hpp"

#include <openssl/crypto.h>

namespace classcast::server {

using protocol::ErrorId;

namespace {

/// RFC 9110 §9.2.1: these methods change nothing.
bool safe_method(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

bool own_origin(std::string_view origin, std::string_view host) {
  constexpr std::string_view kScheme = "https://";
  return !host.empty() && origin.starts_with(kScheme) && iequals(origin.substr(kScheme.size()), host);
}

namespace {

bool teaches(store::Role role) {
  using store::Role;
  return role == Role::admin || role == Role::principal || role == Role::teacher;
}

/// What a cookie needs, because browsers send it by themselves.
std::optional<Refusal> refuse_cookie(const Caller& caller) {
  if (!safe_method(caller.method) && !same_secret(caller.csrf, caller.session->csrf)) {
    return Refusal{ErrorId::forbidden, "The X-CSRF-Token header does not match the session."};
  }
  return std::nullopt;
}

std::optional<Refusal> refuse_token(Access access, const Caller& caller) {
  if (caller.read_only && !safe_method(caller.method))
    return Refusal{ErrorId::forbidden, "This API token only reads."};
  if (access == Access::person) return Refusal{ErrorId::forbidden, "An API token cannot do this."};
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> refuse(Access access, const Caller& caller) {
  if (access == Access::foreign) return std::nullopt;
  bool changes = !safe_method(caller.method);
  bool elsewhere = !caller.origin.empty() && !own_origin(caller.origin, caller.host);
  if (changes && elsewhere && !caller.by_token)
    return Refusal{ErrorId::forbidden, "The request comes from another site."};
  if (access == Access::open) return std::nullopt;
  if (caller.session == nullptr) return Refusal{ErrorId::unauthenticated, "Sign in first."};
  if (auto refusal = caller.by_token ? refuse_token(access, caller) : refuse_cookie(caller)) return refusal;
  if (access == Access::admin && caller.session->role != store::Role::admin)
    return Refusal{ErrorId::forbidden, "Only an administrator may do this."};
  bool oversees =
      caller.session->role == store::Role::admin || caller.session->role == store::Role::principal;
  if (access == Access::overseeing && !oversees)
    return Refusal{ErrorId::forbidden, "Only administrators and principals may do this."};
  if (access == Access::teaching && !teaches(caller.session->role))
    return Refusal{ErrorId::forbidden, "Only administrators, principals and teachers may do this."};
  return std::nullopt;
}

std::optional<Refusal> refuse_room(const RoomCase& room, store::Role role) {
  if (!room.exists || !allowed(Right::see, role, room.relation))
    return Refusal{ErrorId::not_found, "There is no such room."};
  if (!allowed(room.right, role, room.relation))
    return Refusal{ErrorId::forbidden, "You do not have the right to do this in this room."};
  return std::nullopt;
}

}  // namespace classcast::server
