// SPDX-License-Identifier: MIT
// Queries about people.
#pragma once

#include "store/database.hpp"
#include "store/role.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace classcast::store {

struct User {
  std::int64_t id = 0;
  std::string name;
  Role role = Role::guest;
  /// As made by the server's passwords module; never leaves the server.
  std::string password_hash;
};

/// Errc::conflict when the name is taken, whatever its case. Returns the user with its id.
Result<User> add_user(Database& database, User user, std::int64_t now_ms);
Result<std::optional<User>> find_user(Database& database, std::string_view name);
Result<std::int64_t> count_users(Database& database);

}  // namespace classcast::store
