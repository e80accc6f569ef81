// SPDX-License-Identifier: MIT
#include "store/database.hpp"

#include "base/strings.hpp"
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

Result<std::unique_ptr<Database>> open_database(std::string_view url) {
  constexpr std::string_view kSqlite = "sqlite:";
  if (url.starts_with(kSqlite) && url.size() > kSqlite.size()) {
    return Sqlite::open(std::string(url.substr(kSqlite.size())));
  }
  return fail(Errc::invalid,
              "\"{}\" is not a database URL such as sqlite:/var/lib/classcast/server/server.db",
              printable(redact_url(url)));
}

}  // namespace classcast::store
