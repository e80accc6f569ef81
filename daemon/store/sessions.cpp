// SPDX-License-Identifier: MIT
#include "store/sessions.hpp"

namespace classcast::store {

namespace {

Session session_of(const Row& row) {
  return {row.text(0), row.integer(1), row.text(2),    parse_role(row.text(3)).value_or(Role::guest),
          row.text(4), row.integer(5), row.integer(6), row.text(7),
          row.text(8)};
}

}  // namespace

Result<void> add_session(Database& database, const Session& session) {
  auto answer = database.run(
      "INSERT INTO sessions (token_hash, user_id, csrf, created_ms, seen_ms, address, browser)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {session.token_hash, session.user_id, session.csrf, session.created_ms, session.seen_ms,
       session.address, session.browser});
  if (!answer) return fail(answer);
  return {};
}

Result<std::vector<Session>> load_sessions(Database& database, std::int64_t created_after_ms,
                                           std::int64_t seen_after_ms, std::int64_t limit) {
  auto answer = database.run(
      "SELECT s.token_hash, s.user_id, u.name, u.role, s.csrf, s.created_ms, s.seen_ms, s.address, s.browser"
      " FROM sessions s JOIN users u ON u.id = s.user_id"
      " WHERE u.disabled_ms IS NULL AND s.created_ms > $1 AND s.seen_ms > $2 ORDER BY s.created_ms DESC "
      "LIMIT $3",
      {created_after_ms, seen_after_ms, limit});
  if (!answer) return fail(answer);
  std::vector<Session> sessions;
  sessions.reserve(answer->rows.size());
  for (const auto& row : answer->rows) sessions.push_back(session_of(row));
  return sessions;
}

Result<void> touch_session(Database& database, const std::string& token_hash, std::int64_t seen_ms) {
  auto answer = database.run("UPDATE sessions SET seen_ms = $1 WHERE token_hash = $2", {seen_ms, token_hash});
  if (!answer) return fail(answer);
  return {};
}

Result<void> remove_session(Database& database, const std::string& token_hash) {
  auto answer = database.run("DELETE FROM sessions WHERE token_hash = $1", {token_hash});
  if (!answer) return fail(answer);
  return {};
}

Result<std::int64_t> remove_old_sessions(Database& database, std::int64_t created_before_ms,
                                         std::int64_t seen_before_ms) {
  auto answer = database.run("DELETE FROM sessions WHERE created_ms <= $1 OR seen_ms <= $2",
                             {created_before_ms, seen_before_ms});
  if (!answer) return fail(answer);
  return answer->changed;
}

}  // namespace classcast::store
