// SPDX-License-Identifier: MIT
#include "store/users.hpp"

#include "base/strings.hpp"

namespace classcast::store {

namespace {

User user_of(const Row& row) {
  User user{row.integer(0), row.text(1), parse_role(row.text(2)).value_or(Role::guest), row.text(3)};
  user.email = row.text(4);
  user.disabled = !row.null(5);
  user.totp_secret = row.text(6);
  user.totp_pending = row.text(7);
  user.totp_step = row.integer(8);
  user.created_ms = row.integer(9);
  if (!row.null(10)) user.seen_ms = row.integer(10);
  return user;
}

Result<std::optional<User>> one(const Result<Answer>& answer) {
  if (!answer) return fail(answer);
  if (answer->rows.empty()) return std::optional<User>();
  return std::optional(user_of(answer->rows.front()));
}

Value text_or_null(const std::string& text) {
  return text.empty() ? Value() : Value(text);
}

}  // namespace

std::string name_key(std::string_view name) {
  return lower(name);
}

Result<User> add_user(Database& database, User user, std::int64_t now_ms) {
  auto answer = database.run(
      "INSERT INTO users (name, name_key, role, password_hash, email, created_ms)"
      " VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
      {user.name, name_key(user.name), std::string(text(user.role)), user.password_hash,
       text_or_null(user.email), now_ms});
  if (!answer) return fail(answer);
  user.id = answer->rows.front().integer(0);
  user.created_ms = now_ms;
  return user;
}

Result<std::optional<User>> find_user(Database& database, std::string_view name) {
  return one(database.run(
      "SELECT id, name, role, password_hash, email, disabled_ms, totp_secret, totp_pending, totp_step,"
      " created_ms, seen_ms FROM users WHERE name_key = $1",
      {name_key(name)}));
}

Result<std::optional<User>> find_user(Database& database, std::int64_t id) {
  return one(database.run(
      "SELECT id, name, role, password_hash, email, disabled_ms, totp_secret, totp_pending, totp_step,"
      " created_ms, seen_ms FROM users WHERE id = $1",
      {id}));
}

Result<std::vector<User>> list_users(Database& database, const UserFilter& filter) {
  std::string role(filter.role ? text(*filter.role) : "");
  auto answer = database.run(
      "SELECT id, name, role, password_hash, email, disabled_ms, totp_secret, totp_pending, totp_step,"
      " created_ms, seen_ms FROM users"
      " WHERE name_key LIKE $1 ESCAPE '\\' AND ($2 = '' OR role = $2) AND name_key > $3"
      " ORDER BY name_key LIMIT $4",
      {like_pattern(name_key(filter.part)), role, filter.after, filter.limit});
  if (!answer) return fail(answer);
  std::vector<User> users;
  users.reserve(answer->rows.size());
  for (const auto& row : answer->rows) users.push_back(user_of(row));
  return users;
}

Result<std::vector<User>> list_users_by_email(Database& database, std::string_view email) {
  auto answer = database.run(
      "SELECT id, name, role, password_hash, email, disabled_ms, totp_secret, totp_pending, totp_step,"
      " created_ms, seen_ms FROM users WHERE LOWER(email) = $1 ORDER BY id LIMIT 5",
      {lower(email)});
  if (!answer) return fail(answer);
  std::vector<User> users;
  for (const auto& row : answer->rows) users.push_back(user_of(row));
  return users;
}

Result<void> update_user(Database& database, const User& user) {
  return must_change(
      database.run(
          "UPDATE users SET name = $1, name_key = $2, role = $3, email = $4, disabled_ms = $5,"
          " totp_secret = $6 WHERE id = $7",
          {user.name, name_key(user.name), std::string(text(user.role)), text_or_null(user.email),
           user.disabled ? Value(std::int64_t{1}) : Value(), text_or_null(user.totp_secret), user.id}),
      "person");
}

Result<void> remove_user(Database& database, std::int64_t id) {
  return must_change(database.run("DELETE FROM users WHERE id = $1", {id}), "person");
}

Result<std::int64_t> count_other_administrators(Database& database, std::int64_t except) {
  return single_number(database.run(
      "SELECT COUNT(*) FROM users WHERE role = 'admin' AND disabled_ms IS NULL AND id <> $1", {except}));
}

Result<std::int64_t> count_users(Database& database) {
  return single_number(database.run("SELECT COUNT(*) FROM users"));
}

Result<void> set_password(Database& database, std::int64_t id, const std::string& hash) {
  return must_change(database.run("UPDATE users SET password_hash = $1 WHERE id = $2", {hash, id}), "person");
}

Result<void> note_seen(Database& database, std::int64_t id, std::int64_t seen_ms) {
  return no_rows(database.run("UPDATE users SET seen_ms = $1 WHERE id = $2", {seen_ms, id}));
}

Result<void> use_totp_step(Database& database, std::int64_t id, std::int64_t step) {
  auto used = database.run("UPDATE users SET totp_step = $1 WHERE id = $2 AND totp_step < $1", {step, id});
  if (!used) return fail(used);
  if (used->changed == 0) return fail(Errc::conflict, "the code was used already");
  return {};
}

Result<void> set_totp(Database& database, std::int64_t id, const std::string& secret,
                      const std::string& pending) {
  return must_change(database.run("UPDATE users SET totp_secret = $1, totp_pending = $2 WHERE id = $3",
                                  {text_or_null(secret), text_or_null(pending), id}),
                     "person");
}

}  // namespace classcast::store
