// SPDX-License-Identifier: MIT
// Queries about signed-in browsers.
#pragma once

#include "store/database.hpp"
#include "store/role.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace classcast::store {

struct Session {
  /// SHA-256 of the cookie, hex.
  std::string token_hash;
  std::int64_t user_id = 0;
  std::string user_name;
  Role role = Role::guest;
  std::string csrf;
  std::int64_t created_ms = 0;
  std::int64_t seen_ms = 0;
  /// Where it was opened from.
  std::string address = {};
  std::string browser = {};
};

/// Errc::not_found when the user is gone.
Result<void> add_session(Database& database, const Session& session);
/// The newest `limit` sessions that were created and seen after the given times.
Result<std::vector<Session>> load_sessions(Database& database, std::int64_t created_after_ms,
                                           std::int64_t seen_after_ms, std::int64_t limit);
Result<void> touch_session(Database& database, const std::string& token_hash, std::int64_t seen_ms);
Result<void> remove_session(Database& database, const std::string& token_hash);
/// Forgets sessions that ended by age; returns how many.
Result<std::int64_t> remove_old_sessions(Database& database, std::int64_t created_before_ms,
                                         std::int64_t seen_before_ms);

}  // namespace classcast::store
