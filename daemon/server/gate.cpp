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

std::optional<Refusal> refuse(Access access, const Caller& caller) {
  if (access == Access::foreign) return std::nullopt;
  bool changes = !safe_method(caller.method);
  if (changes && !caller.origin.empty() && !own_origin(caller.origin, caller.host)) {
    return Refusal{ErrorId::forbidden, "The request comes from another site."};
  }
  if (access == Access::open) return std::nullopt;
  if (caller.session == nullptr) return Refusal{ErrorId::unauthenticated, "Sign in first."};
  if (changes && !same_secret(caller.csrf, caller.session->csrf)) {
    return Refusal{ErrorId::forbidden, "The X-CSRF-Token header does not match the session."};
  }
  if (access == Access::admin && caller.session->role != store::Role::admin) {
    return Refusal{ErrorId::forbidden, "Only an administrator may do this."};
  }
  return std::nullopt;
}

}  // namespace classcast::server
