// SPDX-License-Identifier: MIT
#include "store/personal.hpp"

#include <utility>

namespace classcast::store {

namespace {

struct PersonalQuery {
  const char* name;
  std::vector<const char*> columns;
  std::string_view sql;
};

const std::vector<PersonalQuery>& queries() {
  static const std::vector<PersonalQuery> kAll = {
      {"account",
       {"id", "name", "role", "email", "disabled_ms", "created_ms", "seen_ms"},
       "SELECT id, name, role, email, disabled_ms, created_ms, seen_ms FROM users WHERE id = $1"},
      {"sessions",
       {"created_ms", "seen_ms", "address", "browser"},
       "SELECT created_ms, seen_ms, address, browser FROM sessions WHERE user_id = $1 ORDER BY created_ms"},
      {"api_tokens",
       {"name", "created_ms", "expires_ms", "seen_ms"},
       "SELECT name, created_ms, expires_ms, seen_ms FROM api_tokens WHERE user_id = $1 ORDER BY id"},
      {"rooms_owned", {"room"}, "SELECT id FROM rooms WHERE owner_id = $1 ORDER BY id"},
      {"rooms",
       {"room", "relation"},
       "SELECT room_id, relation FROM room_members WHERE user_id = $1 ORDER BY room_id"},
      {"messages",
       {"room", "id", "text", "created_ms", "edited_ms", "deleted_ms", "deleted_by"},
       "SELECT room_id, id, text, created_ms, edited_ms, deleted_ms, deleted_by FROM messages"
       " WHERE author_id = $1 ORDER BY created_ms, room_id, id LIMIT 100000"},
      {"recordings",
       {"id", "room", "title", "from_ms", "until_ms"},
       "SELECT id, room_id, title, from_ms, until_ms FROM recordings WHERE by_id = $1"
       " ORDER BY from_ms LIMIT 100000"},
      {"documents",
       {"name", "body", "changed_ms"},
       "SELECT name, body, changed_ms FROM user_documents WHERE user_id = $1 ORDER BY name"},
      {"audit",
       {"at_ms", "action", "room", "detail", "address"},
       "SELECT at_ms, action, room_id, detail, address FROM audit_log WHERE actor_id = $1"
       " ORDER BY id LIMIT 100000"},
  };
  return kAll;
}

}  // namespace

Result<std::vector<PersonalSection>> personal_data(Database& database, std::int64_t user_id) {
  std::vector<PersonalSection> sections;
  for (const auto& query : queries()) {
    auto answer = database.run(query.sql, {user_id});
    if (!answer) return fail(answer);
    sections.push_back({query.name, query.columns, std::move(answer->rows)});
  }
  if (sections.front().rows.empty()) return fail(Errc::not_found, "There is no such person.");
  return sections;
}

Result<std::int64_t> remove_messages_of(Database& database, std::int64_t user_id) {
  auto answer = database.run("DELETE FROM messages WHERE author_id = $1", {user_id});
  if (!answer) return fail(answer);
  return answer->changed;
}

Result<std::int64_t> remove_old_messages(Database& database, std::int64_t before_ms, std::int64_t most) {
  auto answer = database.run(
      "DELETE FROM messages WHERE (room_id, id) IN"
      " (SELECT room_id, id FROM messages WHERE created_ms < $1 LIMIT $2)",
      {before_ms, most});
  if (!answer) return fail(answer);
  return answer->changed;
}

Result<std::vector<ForgottenPerson>> remove_inactive(Database& database, const InactiveSince& since) {
  std::vector<ForgottenPerson> gone;
  // A session or a key that is in use counts, though its owner signed in long ago.
  for (auto [role, before_ms] : {std::pair("", since.anybody_ms), std::pair("guest", since.guests_ms)}) {
    auto answer = database.run(
        "DELETE FROM users WHERE role <> 'admin' AND ($1 = '' OR role = $1)"
        " AND created_ms < $2 AND (seen_ms IS NULL OR seen_ms < $2)"
        " AND NOT EXISTS (SELECT 1 FROM sessions WHERE user_id = users.id AND sessions.seen_ms >= $2)"
        " AND NOT EXISTS (SELECT 1 FROM api_tokens WHERE user_id = users.id AND api_tokens.seen_ms >= $2)"
        " RETURNING id, name",
        {std::string(role), before_ms});
    if (!answer) return fail(answer);
    for (const auto& row : answer->rows) gone.push_back({row.integer(0), row.text(1)});
  }
  return gone;
}

}  // namespace classcast::store
