// SPDX-License-Identifier: MIT
// ApiTokens: keys for scripts. A token acts as the person who made it, on /api/v1 only.
#pragma once

#include "store/invitations.hpp"
#include "store/sessions.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace classcast::server {

class ApiTokens {
 public:
  static constexpr std::size_t kMaxPerPerson = 50;
  static constexpr std::size_t kMaxTokens = 10'000;
  static constexpr std::string_view kPrefix = "cct_";

  struct Entry {
    store::ApiToken token;
    /// Stands for the person; its CSRF token is empty and never asked for.
    store::Session session;
    bool read_only = false;
  };

  static bool looks_like_one(std::string_view bearer) { return bearer.starts_with(kPrefix); }
  /// A new token's text; only its hash is kept.
  static std::string make();

  void add(const store::ApiToken& token);
  /// nullptr for an unknown or expired one. Counts as use.
  const Entry* find(std::string_view bearer, std::int64_t now_ms);
  void remove(std::int64_t user_id, std::int64_t id);
  void remove_of_user(std::int64_t user_id);
  void update_user(std::int64_t user_id, const std::string& name, store::Role role);
  [[nodiscard]] std::vector<store::ApiToken> list_of_user(std::int64_t user_id) const;
  [[nodiscard]] bool full() const { return tokens_.size() >= kMaxTokens; }

 private:
  std::unordered_map<std::string, Entry> tokens_;
};

}  // namespace classcast::server
