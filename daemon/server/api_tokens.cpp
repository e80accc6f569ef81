// SPDX-License-Identifier: MIT
#include "server/api_tokens.hpp"

#include "base/random.hpp"
#include "server/sessions.hpp"

#include <algorithm>

namespace classcast::server {

std::string ApiTokens::make() {
  constexpr std::size_t kBytes = 24;
  return std::string(kPrefix) + random_hex(kBytes);
}

void ApiTokens::add(const store::ApiToken& token) {
  store::Session session{
      token.token_hash, token.user_id, token.user_name, token.role, {}, token.created_ms, 0};
  tokens_.insert_or_assign(token.token_hash, Entry{token, std::move(session), token.read_only});
}

const ApiTokens::Entry* ApiTokens::find(std::string_view bearer, std::int64_t now_ms) {
  auto found = tokens_.find(sha256_hex(bearer));
  if (found == tokens_.end()) return nullptr;
  if (found->second.token.expires_ms <= now_ms) {
    tokens_.erase(found);
    return nullptr;
  }
  found->second.token.seen_ms = now_ms;
  return &found->second;
}

void ApiTokens::remove(std::int64_t user_id, std::int64_t id) {
  std::erase_if(tokens_, [&](const auto& entry) {
    return entry.second.token.id == id && entry.second.token.user_id == user_id;
  });
}

void ApiTokens::remove_of_user(std::int64_t user_id) {
  std::erase_if(tokens_, [&](const auto& entry) { return entry.second.token.user_id == user_id; });
}

void ApiTokens::update_user(std::int64_t user_id, const std::string& name, store::Role role) {
  for (auto& [hash, entry] : tokens_) {
    if (entry.token.user_id != user_id) continue;
    entry.session.user_name = name;
    entry.session.role = role;
  }
}

std::vector<store::ApiToken> ApiTokens::list_of_user(std::int64_t user_id) const {
  std::vector<store::ApiToken> mine;
  for (const auto& [hash, entry] : tokens_) {
    if (entry.token.user_id == user_id) mine.push_back(entry.token);
  }
  std::sort(mine.begin(), mine.end(), [](const auto& a, const auto& b) { return a.id > b.id; });
  return mine;
}

}  // namespace classcast::server
