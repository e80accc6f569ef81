// SPDX-License-Identifier: MIT
#include "store/audit.hpp"

namespace classcast::store {

Result<void> add_audit_row(Database& database, const AuditRow& row) {
  return no_rows(database.run(
      "INSERT INTO audit_log (at_ms, actor_id, actor, action, room_id, detail, address)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {row.at_ms, optional_value(row.actor_id), row.actor, row.action, row.room, row.detail, row.address}));
}

Result<std::vector<AuditRow>> list_audit(Database& database, const AuditFilter& filter) {
  auto action = like_pattern(filter.action).substr(1);
  auto answer = database.run(
      "SELECT id, at_ms, actor_id, actor, action, room_id, detail, address FROM audit_log"
      " WHERE id < $1 AND at_ms >= $2 AND at_ms <= $3 AND ($4 = '' OR actor = $4)"
      " AND action LIKE $5 ESCAPE '\\' AND ($6 = '' OR room_id = $6) ORDER BY id DESC LIMIT $7",
      {filter.before, filter.from_ms, filter.to_ms, filter.actor, action, filter.room, filter.limit});
  if (!answer) return fail(answer);
  std::vector<AuditRow> rows;
  rows.reserve(answer->rows.size());
  for (const auto& row : answer->rows) {
    rows.push_back({row.integer(0),
                    row.integer(1),
                    {},
                    row.text(3),
                    row.text(4),
                    row.text(5),
                    row.text(6),
                    row.text(7)});
    if (!row.null(2)) rows.back().actor_id = row.integer(2);
  }
  return rows;
}

Result<std::int64_t> remove_old_audit(Database& database, std::int64_t before_ms) {
  auto answer = database.run("DELETE FROM audit_log WHERE at_ms < $1", {before_ms});
  if (!answer) return fail(answer);
  return answer->changed;
}

Result<std::vector<SettingRow>> load_settings(Database& database) {
  auto answer = database.run("SELECT key, value FROM settings ORDER BY key");
  if (!answer) return fail(answer);
  std::vector<SettingRow> rows;
  for (const auto& row : answer->rows) rows.emplace_back(row.text(0), row.text(1));
  return rows;
}

Result<void> store_settings(Database& database, const std::vector<SettingRow>& rows) {
  auto transaction = Transaction::begin(database);
  if (!transaction) return fail(transaction);
  for (const auto& [key, value] : rows) {
    auto stored = database.run(
        "INSERT INTO settings (key, value) VALUES ($1, $2)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        {key, value});
    if (!stored) return fail(stored);
  }
  return transaction->commit();
}

}  // namespace classcast::store
