// SPDX-License-Identifier: MIT
#include "store/database.hpp"

#include "base/strings.hpp"
#include "store/postgres.hpp"
#include "store/sqlite.hpp"

namespace classcast::store {

std::int64_t Row::integer(std::size_t column) const {
  const auto* value = std::get_if<std::int64_t>(&columns_.at(column));
  return value != nullptr ? *value : 0;
}

std::string Row::text(std::size_t column) const {
  const auto* value = std::get_if<std::string>(&columns_.at(column));
  return value != nullptr ? *value : std::string();
}

bool Row::null(std::size_t column) const {
  return std::holds_alternative<std::monostate>(columns_.at(column));
}

Result<Transaction> Transaction::begin(Database& database) {
  if (auto begun = database.run("BEGIN"); !begun) return fail(begun);
  return Transaction(database);
}

Transaction::~Transaction() {
  // A failing ROLLBACK means that the connection is gone, and with it the transaction.
  if (database_ != nullptr) (void)database_->run("ROLLBACK");
}

Result<void> Transaction::commit() {
  if (auto committed = database_->run("COMMIT"); !committed) return fail(committed);
  database_ = nullptr;
  return {};
}

Result<std::int64_t> single_number(const Result<Answer>& answer) {
  if (!answer) return fail(answer);
  return answer->rows.empty() ? 0 : answer->rows.front().integer(0);
}

Result<void> no_rows(const Result<Answer>& answer) {
  if (!answer) return fail(answer);
  return {};
}

Result<void> must_change(const Result<Answer>& answer, std::string_view what) {
  if (!answer) return fail(answer);
  if (answer->changed == 0) return fail(Errc::not_found, "There is no such {}.", what);
  return {};
}

std::string like_pattern(std::string_view part) {
  std::string pattern = "%";
  for (char c : part) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

namespace {
constexpr std::string_view kSqlite = "sqlite:";
bool is_postgres(std::string_view url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}
}  // namespace

bool known_database_url(std::string_view url) {
  return (url.starts_with(kSqlite) && url.size() > kSqlite.size()) || is_postgres(url);
}

Result<std::unique_ptr<Database>> open_database(std::string_view url) {
  if (!known_database_url(url)) {
    return fail(Errc::invalid,
                "\"{}\" is not a database URL such as sqlite:/var/lib/classcast/server/server.db or "
                "postgresql://classcast@db.example/classcast",
                printable(redact_url(url)));
  }
  if (is_postgres(url)) return Postgres::open(std::string(url));
  return Sqlite::open(std::string(url.substr(kSqlite.size())));
}

}  // namespace classcast::store
