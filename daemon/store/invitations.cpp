// SPDX-License-Identifier: MIT
#include "store/invitations.hpp"

namespace classcast::store {

namespace {

Invitation invitation_of(const Row& row) {
  return {row.integer(0),
          parse_role(row.text(1)).value_or(Role::guest),
          row.integer(2),
          row.integer(3),
          row.text(4),
          row.integer(5),
          {}};
}

Result<void> load_rooms(Database& database, Invitation& invitation) {
  auto answer = database.run("SELECT room_id FROM invitation_rooms WHERE invitation_id = $1 ORDER BY room_id",
                             {invitation.id});
  if (!answer) return fail(answer);
  for (const auto& row : answer->rows) invitation.rooms.push_back(row.text(0));
  return {};
}

ApiToken token_of(const Row& row) {
  ApiToken token{row.integer(0),
                 row.text(1),
                 row.integer(2),
                 row.text(3),
                 parse_role(row.text(4)).value_or(Role::guest),
                 row.text(5),
                 row.integer(6) != 0,
                 row.integer(7),
                 row.integer(8),
                 {}};
  if (!row.null(9)) token.seen_ms = row.integer(9);
  return token;
}

}  // namespace

Result<std::int64_t> add_invitation(Database& database, const Invitation& invitation,
                                    const std::string& code_hash) {
  auto transaction = Transaction::begin(database);
  if (!transaction) return fail(transaction);
  auto id = single_number(
      database.run("INSERT INTO invitations (code_hash, role, uses_left, expires_ms, note, created_ms)"
                   " VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
                   {code_hash, std::string(text(invitation.role)), invitation.uses_left,
                    invitation.expires_ms, invitation.note, invitation.created_ms}));
  if (!id) return id;
  for (const auto& room : invitation.rooms) {
    auto added = database.run(
        "INSERT INTO invitation_rooms (invitation_id, room_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        {*id, room});
    if (!added) return fail(added);
  }
  if (auto committed = transaction->commit(); !committed) return fail(committed);
  return id;
}

Result<std::vector<Invitation>> list_invitations(Database& database, std::int64_t now_ms) {
  auto answer = database.run(
      "SELECT id, role, uses_left, expires_ms, note, created_ms FROM invitations"
      " WHERE uses_left > 0 AND expires_ms > $1 ORDER BY id DESC LIMIT 1000",
      {now_ms});
  if (!answer) return fail(answer);
  std::vector<Invitation> invitations;
  for (const auto& row : answer->rows) {
    invitations.push_back(invitation_of(row));
    if (auto loaded = load_rooms(database, invitations.back()); !loaded) return fail(loaded);
  }
  return invitations;
}

Result<void> remove_invitation(Database& database, std::int64_t id) {
  return must_change(database.run("DELETE FROM invitations WHERE id = $1", {id}), "invitation");
}

Result<Invitation> use_invitation(Database& database, const std::string& code_hash, std::int64_t now_ms) {
  auto answer = database.run(
      "UPDATE invitations SET uses_left = uses_left - 1 WHERE code_hash = $1 AND uses_left > 0"
      " AND expires_ms > $2 RETURNING id, role, uses_left, expires_ms, note, created_ms",
      {code_hash, now_ms});
  if (!answer) return fail(answer);
  if (answer->rows.empty()) return fail(Errc::not_found, "The invitation is wrong, used up or expired.");
  auto invitation = invitation_of(answer->rows.front());
  if (auto loaded = load_rooms(database, invitation); !loaded) return fail(loaded);
  return invitation;
}

Result<void> add_recovery(Database& database, std::int64_t user_id, const std::string& token_hash,
                          std::int64_t expires_ms) {
  auto transaction = Transaction::begin(database);
  if (!transaction) return fail(transaction);
  if (auto removed = database.run("DELETE FROM recoveries WHERE user_id = $1", {user_id}); !removed)
    return fail(removed);
  auto added = database.run("INSERT INTO recoveries (token_hash, user_id, expires_ms) VALUES ($1, $2, $3)",
                            {token_hash, user_id, expires_ms});
  if (!added) return fail(added);
  return transaction->commit();
}

Result<std::int64_t> use_recovery(Database& database, const std::string& token_hash, std::int64_t now_ms) {
  auto answer = database.run("DELETE FROM recoveries WHERE token_hash = $1 RETURNING user_id, expires_ms",
                             {token_hash});
  if (!answer) return fail(answer);
  if (answer->rows.empty() || answer->rows.front().integer(1) <= now_ms)
    return fail(Errc::not_found, "The link is wrong, used or expired; ask for another.");
  return answer->rows.front().integer(0);
}

Result<void> remove_expired_keys(Database& database, std::int64_t before_ms) {
  for (const auto* statement :
       {"DELETE FROM invitations WHERE expires_ms < $1", "DELETE FROM recoveries WHERE expires_ms < $1",
        "DELETE FROM enrolments WHERE expires_ms < $1", "DELETE FROM api_tokens WHERE expires_ms < $1"}) {
    if (auto removed = no_rows(database.run(statement, {before_ms})); !removed) return removed;
  }
  return {};
}

Result<std::int64_t> add_api_token(Database& database, const ApiToken& token) {
  return single_number(
      database.run("INSERT INTO api_tokens (token_hash, user_id, name, read_only, created_ms, expires_ms)"
                   " VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
                   {token.token_hash, token.user_id, token.name, std::int64_t{token.read_only},
                    token.created_ms, token.expires_ms}));
}

Result<std::vector<ApiToken>> load_api_tokens(Database& database, std::int64_t now_ms) {
  auto answer = database.run(
      "SELECT t.id, t.token_hash, t.user_id, u.name, u.role, t.name, t.read_only, t.created_ms,"
      " t.expires_ms, t.seen_ms FROM api_tokens t JOIN users u ON u.id = t.user_id"
      " WHERE t.expires_ms > $1 AND u.disabled_ms IS NULL ORDER BY t.id DESC LIMIT 10000",
      {now_ms});
  if (!answer) return fail(answer);
  std::vector<ApiToken> tokens;
  tokens.reserve(answer->rows.size());
  for (const auto& row : answer->rows) tokens.push_back(token_of(row));
  return tokens;
}

Result<void> remove_api_token(Database& database, std::int64_t user_id, std::int64_t id) {
  return must_change(database.run("DELETE FROM api_tokens WHERE user_id = $1 AND id = $2", {user_id, id}),
                     "token");
}

}  // namespace classcast::store
