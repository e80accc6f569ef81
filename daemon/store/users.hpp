// SPDX-License-Identifier: MIT
// Queries about people.
#pragma once

#include "store/database.hpp"
#include "store/role.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace classcast::store {

struct User {
  std::int64_t id = 0;
  std::string name;
  Role role = Role::guest;
  /// As made by the server's passwords module; never leaves the server.
  std::string password_hash;
  std::string email = {};
  bool disabled = false;
  /// Base32 secret of one-time codes; empty: none are asked for.
  std::string totp_secret = {};
  std::string totp_pending = {};
  std::int64_t totp_step = 0;
  std::int64_t created_ms = 0;
  std::optional<std::int64_t> seen_ms = {};
};

/// What to look for; empty members do not matter.
struct UserFilter {
  std::string part;
  std::optional<Role> role = {};
  /// Names after this one, in lower case.
  std::string after = {};
  std::int64_t limit = 100;
};

/// Errc::conflict when the name is taken, whatever its case. Returns the user with its id.
Result<User> add_user(Database& database, User user, std::int64_t now_ms);
Result<std::optional<User>> find_user(Database& database, std::string_view name);
Result<std::optional<User>> find_user(Database& database, std::int64_t id);
/// By name.
Result<std::vector<User>> list_users(Database& database, const UserFilter& filter);
/// At most five: an address is anybody's who wrote it down.
Result<std::vector<User>> list_users_by_email(Database& database, std::string_view email);
/// Errc::conflict: the name is taken. Errc::not_found: there is no such person.
Result<void> update_user(Database& database, const User& user);
Result<void> remove_user(Database& database, std::int64_t id);
/// Administrators who can sign in, other than `except`.
Result<std::int64_t> count_other_administrators(Database& database, std::int64_t except);
Result<std::int64_t> count_users(Database& database);

Result<void> set_password(Database& database, std::int64_t id, const std::string& hash);
Result<void> note_seen(Database& database, std::int64_t id, std::int64_t seen_ms);
/// Notes that the code of `step` was used. Errc::conflict when it was used before.
Result<void> use_totp_step(Database& database, std::int64_t id, std::int64_t step);
Result<void> set_totp(Database& database, std::int64_t id, const std::string& secret,
                      const std::string& pending);

/// A name as two people's names are compared: ASCII letters in lower case.
std::string name_key(std::string_view name);

}  // namespace classcast::store
