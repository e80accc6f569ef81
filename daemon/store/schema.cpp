// SPDX-License-Identifier: MIT
#include "store/schema.hpp"

#include "base/clock.hpp"
#include "store/migrations/list.hpp"

namespace classcast::store {

namespace {

std::string fill_in(std::string_view sql, std::string_view identity) {
  constexpr std::string_view kPlaceholder = "{identity}";
  std::string out(sql);
  for (std::size_t at = 0; (at = out.find(kPlaceholder, at)) != std::string::npos; at += identity.size()) {
    out.replace(at, kPlaceholder.size(), identity);
  }
  return out;
}

Result<void> apply(Database& database, const Migration& migration) {
  auto transaction = Transaction::begin(database);
  if (!transaction) return fail(transaction);
  if (auto done = database.script(fill_in(migration.sql, database.identity_column())); !done) {
    return fail(done.error().code, "migration {} ({}): {}", migration.version, migration.name,
                done.error().message);
  }
  auto noted = database.run("INSERT INTO schema_migrations (version, name, applied_ms) VALUES ($1, $2, $3)",
                            {std::int64_t{migration.version}, std::string(migration.name), unix_ms()});
  if (!noted) return fail(noted);
  return transaction->commit();
}

}  // namespace

std::span<const Migration> migrations() {
  static const Migration kAll[] = {
      {1, "people, rooms and the status diary", kPeopleRoomsAndDiary},
      {2, "accounts", kAccounts},
      {3, "members of rooms", kMembers},
      {4, "chat", kChat},
      {5, "enrolment of classroom PCs", kEnrolment},
      {6, "audit log and settings", kAdministration},
      {7, "documents of people", kDocuments},
      {8, "recorders and recordings", kRecordings},
      {9, "messages by their age", kMessageAge},
  };
  return kAll;
}

Result<int> schema_version(Database& database) {
  auto made = database.script(
      "CREATE TABLE IF NOT EXISTS schema_migrations"
      " (version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_ms BIGINT NOT NULL)");
  if (!made) return fail(made);
  auto answer = database.run("SELECT COALESCE(MAX(version), 0) FROM schema_migrations");
  if (!answer) return fail(answer);
  return static_cast<int>(answer->rows.front().integer(0));
}

Result<void> migrate(Database& database, int target) {
  auto version = schema_version(database);
  if (!version) return fail(version);
  auto newest = static_cast<int>(migrations().size());
  if (*version > newest) {
    return fail(Errc::conflict,
                "the database has schema {}, this program knows only {}: install the newer program", *version,
                newest);
  }
  for (const auto& migration : migrations()) {
    if (migration.version <= *version || migration.version > target) continue;
    if (auto applied = apply(database, migration); !applied) return applied;
  }
  return {};
}

Result<void> migrate(Database& database) {
  return migrate(database, static_cast<int>(migrations().size()));
}

}  // namespace classcast::store
