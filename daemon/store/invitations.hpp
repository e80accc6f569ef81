// SPDX-License-Identifier: MIT
// Queries about the ways to an account: invitations, one-time links, and keys for scripts.
#pragma once

#include "store/database.hpp"
#include "store/role.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace classcast::store {

struct Invitation {
  std::int64_t id = 0;
  Role role = Role::student;
  std::int64_t uses_left = 1;
  std::int64_t expires_ms = 0;
  std::string note = {};
  std::int64_t created_ms = 0;
  /// Rooms that the invited become members of.
  std::vector<std::string> rooms = {};
};

/// `code_hash` is SHA-256 in hex, as all hashes here. Errc::not_found when a room does not exist.
Result<std::int64_t> add_invitation(Database& database, const Invitation& invitation,
                                    const std::string& code_hash);
/// The newest 1,000 that can still be used.
Result<std::vector<Invitation>> list_invitations(Database& database, std::int64_t now_ms);
Result<void> remove_invitation(Database& database, std::int64_t id);
/// Uses it once; run it in the transaction that makes the account. Errc::not_found: wrong, expired or used
/// up.
Result<Invitation> use_invitation(Database& database, const std::string& code_hash, std::int64_t now_ms);

/// Replaces a former link of the same person.
Result<void> add_recovery(Database& database, std::int64_t user_id, const std::string& token_hash,
                          std::int64_t expires_ms);
/// The person whose link it is; the link is gone. Errc::not_found: wrong, expired or used.
Result<std::int64_t> use_recovery(Database& database, const std::string& token_hash, std::int64_t now_ms);

/// Invitations, one-time links, keys of classroom PCs and keys for scripts that ended before.
Result<void> remove_expired_keys(Database& database, std::int64_t before_ms);

struct ApiToken {
  std::int64_t id = 0;
  std::string token_hash;
  std::int64_t user_id = 0;
  std::string user_name = {};
  Role role = Role::guest;
  std::string name = {};
  bool read_only = false;
  std::int64_t created_ms = 0;
  std::int64_t expires_ms = 0;
  std::optional<std::int64_t> seen_ms = {};
};

Result<std::int64_t> add_api_token(Database& database, const ApiToken& token);
/// All of people who can sign in.
Result<std::vector<ApiToken>> load_api_tokens(Database& database, std::int64_t now_ms);
Result<void> remove_api_token(Database& database, std::int64_t user_id, std::int64_t id);

}  // namespace classcast::store
