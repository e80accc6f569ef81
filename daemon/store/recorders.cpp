// SPDX-License-Identifier: MIT
#include "store/recorders.hpp"

namespace classcast::store {

namespace {

Recorder recorder_of(const Row& row) {
  Recorder recorder{row.integer(0), row.text(1), row.text(2), row.text(3), {}};
  if (!row.null(4)) recorder.seen_ms = row.integer(4);
  return recorder;
}

}  // namespace

Result<std::int64_t> set_recorder(Database& database, const std::string& name,
                                  const std::string& credential_hash, std::int64_t now_ms) {
  return single_number(
      database.run("INSERT INTO recorders (name, credential_hash, created_ms) VALUES ($1, $2, $3)"
                   " ON CONFLICT (name) DO UPDATE SET credential_hash = excluded.credential_hash"
                   " RETURNING id",
                   {name, credential_hash, now_ms}));
}

Result<std::vector<Recorder>> list_recorders(Database& database) {
  auto answer = database.run("SELECT id, name, credential_hash, url, seen_ms FROM recorders ORDER BY name");
  if (!answer) return fail(answer);
  std::vector<Recorder> recorders;
  for (const auto& row : answer->rows) recorders.push_back(recorder_of(row));
  return recorders;
}

Result<std::optional<Recorder>> find_recorder(Database& database, const std::string& credential_hash) {
  auto answer =
      database.run("SELECT id, name, credential_hash, url, seen_ms FROM recorders WHERE credential_hash = $1",
                   {credential_hash});
  if (!answer) return fail(answer);
  if (answer->rows.empty()) return std::optional<Recorder>();
  return std::optional(recorder_of(answer->rows.front()));
}

Result<void> note_recorder(Database& database, std::int64_t id, const std::string& url, std::int64_t now_ms) {
  return no_rows(
      database.run("UPDATE recorders SET url = $1, seen_ms = $2 WHERE id = $3", {url, now_ms, id}));
}

}  // namespace classcast::store
