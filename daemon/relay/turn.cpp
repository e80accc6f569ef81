// SPDX-License-Identifier: MIT
#include "relay/turn.hpp"

#include "base/strings.hpp"
#include "glib/ref.hpp"

#include <fmt/format.h>
#include <glib.h>

#include <algorithm>
#include <array>

namespace classcast::relay {

namespace {

struct Credentials {
  std::string username;
  std::string password;
};

/// coturn's "TURN REST API": the user name is when it ends, the password its keyed hash.
Credentials credentials_of(const TurnOptions& options, std::string_view user, std::int64_t now_s) {
  auto ends = now_s + std::chrono::duration_cast<std::chrono::seconds>(options.lifetime).count();
  Credentials out{fmt::format("{}:{}", ends, user), {}};
  const auto& secret = options.secret.reveal();
  auto* hmac = g_hmac_new(G_CHECKSUM_SHA1, reinterpret_cast<const guchar*>(secret.data()), secret.size());
  g_hmac_update(hmac, reinterpret_cast<const guchar*>(out.username.data()),
                static_cast<gssize>(out.username.size()));
  std::array<guint8, 20> digest{};
  gsize size = digest.size();
  g_hmac_get_digest(hmac, digest.data(), &size);
  g_hmac_unref(hmac);
  out.password = glib::UniqueText(g_base64_encode(digest.data(), size)).get();
  return out;
}

}  // namespace

bool is_turn_uri(std::string_view uri) {
  return uri.starts_with("turn:") || uri.starts_with("turns:");
}

bool is_ice_server_uri(std::string_view uri) {
  bool scheme = is_turn_uri(uri) || uri.starts_with("stun:") || uri.starts_with("stuns:");
  auto plain = [](char c) { return c > ' ' && c < 0x7f && c != '<' && c != '>' && c != '"'; };
  return scheme && !uri.ends_with(':') && std::all_of(uri.begin(), uri.end(), plain);
}

std::vector<std::string> ice_server_links(const TurnOptions& options, std::string_view user,
                                          std::int64_t now_s) {
  std::vector<std::string> links;
  if (options.uris.empty()) return links;
  auto credentials = credentials_of(options, user, now_s);
  for (const auto& uri : options.uris) {
    auto link = fmt::format("<{}>; rel=\"ice-server\"", uri);
    if (is_turn_uri(uri)) {
      link += fmt::format("; username=\"{}\"; credential=\"{}\"; credential-type=\"password\"",
                          credentials.username, credentials.password);
    }
    links.push_back(std::move(link));
  }
  return links;
}

}  // namespace classcast::relay
