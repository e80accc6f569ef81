// SPDX-License-Identifier: MIT
#include "store/users.hpp"

#include "base/strings.hpp"

namespace classcast::store {

Result<User> add_user(Database& database, User user, std::int64_t now_ms) {
  auto answer = database.run(
      "INSERT INTO users (name, name_key, role, password_hash, created_ms)"
      " VALUES ($1, $2, $3, $4, $5) RETURNING id",
      {user.name, lower(user.name), std::string(text(user.role)), user.password_hash, now_ms});
  if (!answer) return fail(answer);
  user.id = answer->rows.front().integer(0);
  return user;
}

Result<std::optional<User>> find_user(Database& database, std::string_view name) {
  auto answer =
      database.run("SELECT id, name, role, password_hash FROM users WHERE name_key = $1", {lower(name)});
  if (!answer) return fail(answer);
  if (answer->rows.empty()) return std::optional<User>();
  const auto& row = answer->rows.front();
  return std::optional(
      User{row.integer(0), row.text(1), parse_role(row.text(2)).value_or(Role::guest), row.text(3)});
}

Result<std::int64_t> count_users(Database& database) {
  auto answer = database.run("SELECT COUNT(*) FROM users");
  if (!answer) return fail(answer);
  return answer->rows.front().integer(0);
}

}  // namespace classcast::store
