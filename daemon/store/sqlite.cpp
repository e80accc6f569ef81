// SPDX-License-Identifier: MIT
#include "store/sqlite.hpp"

#include "base/strings.hpp"

namespace classcast::store {

namespace {

/// Another process (a backup, sqlite3 on the command line) may hold the lock this long before we give up.
constexpr int kBusyTimeoutMs = 5000;

// synchronous=FULL: in WAL mode NORMAL may lose the last commits at a power cut, FULL does not.
constexpr const char* kSetUp =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;"
    "PRAGMA journal_size_limit=16777216;";

Errc kind_of(int extended_code) {
  switch (extended_code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
      return Errc::conflict;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return Errc::not_found;
    default:
      break;
  }
  switch (extended_code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return Errc::unavailable;
    default:
      return Errc::internal;
  }
}

int bind_one(sqlite3_stmt* statement, int index, const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value))
    return sqlite3_bind_int64(statement, index, *number);
  if (const auto* text = std::get_if<std::string>(&value)) {
    return sqlite3_bind_text64(statement, index, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  return sqlite3_bind_null(statement, index);
}

/// SQLite takes "$1" for a name and numbers names as they appear, so the index is looked up.
bool bind_all(sqlite3_stmt* statement, std::span<const Value> parameters) {
  if (sqlite3_bind_parameter_count(statement) != static_cast<int>(parameters.size())) return false;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    int index = sqlite3_bind_parameter_index(statement, fmt::format("${}", i + 1).c_str());
    if (index == 0 || bind_one(statement, index, parameters[i]) != SQLITE_OK) return false;
  }
  return true;
}

Value column(sqlite3_stmt* statement, int index) {
  switch (sqlite3_column_type(statement, index)) {
    case SQLITE_INTEGER:
      return sqlite3_column_int64(statement, index);
    case SQLITE_NULL:
      return std::monostate();
    default:
      break;
  }
  const auto* text = sqlite3_column_text(statement, index);
  auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, index));
  return std::string(reinterpret_cast<const char*>(text), size);
}

Row current_row(sqlite3_stmt* statement) {
  std::vector<Value> columns;
  int count = sqlite3_column_count(statement);
  columns.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) columns.push_back(column(statement, i));
  return Row(std::move(columns));
}

/// A statement kept for the next time must hold neither locks nor parameters.
struct ResetAtEnd {
  sqlite3_stmt* statement;
  ~ResetAtEnd() {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }
};

}  // namespace

Result<std::unique_ptr<Database>> Sqlite::open(const std::string& path) {
  sqlite3* raw = nullptr;
  int code = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  Connection connection(raw);
  if (code != SQLITE_OK) {
    return fail(Errc::unavailable, "cannot open the database {}: {}", printable(path), sqlite3_errstr(code));
  }
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, kBusyTimeoutMs);
  auto driver = std::unique_ptr<Sqlite>(new Sqlite(std::move(connection)));
  if (auto ready = driver->script(kSetUp); !ready) {
    return fail(ready.error().code, "cannot use the database {}: {}", printable(path), ready.error().message);
  }
  return std::unique_ptr<Database>(std::move(driver));
}

tl::unexpected<Error> Sqlite::failure() const {
  auto* connection = connection_.get();
  auto kind = kind_of(sqlite3_extended_errcode(connection));
  if (kind == Errc::conflict) return fail(kind, "{}", kExists);
  if (kind == Errc::not_found) return fail(kind, "{}", kRefersToNothing);
  return fail(kind, "database: {}", sqlite3_errmsg(connection));
}

Result<sqlite3_stmt*> Sqlite::prepare(std::string_view sql) {
  if (auto found = statements_.find(sql); found != statements_.end()) return found->second.get();
  sqlite3_stmt* raw = nullptr;
  int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (code != SQLITE_OK) return failure();
  statements_.emplace(sql, Statement(raw));
  return raw;
}

Result<Answer> Sqlite::run(std::string_view sql, std::span<const Value> parameters) {
  // A transaction that reads first and then wants to write would be refused at once while another program
  // writes; one that says so at its beginning waits for its turn (kBusyTimeoutMs).
  if (sql == "BEGIN") sql = "BEGIN IMMEDIATE";
  auto statement = prepare(sql);
  if (!statement) return fail(statement);
  ResetAtEnd reset{*statement};
  if (!bind_all(*statement, parameters)) {
    return fail(Errc::internal, "database: a statement was given {} parameters that do not fit it",
                parameters.size());
  }
  return step_through(*statement);
}

Result<Answer> Sqlite::step_through(sqlite3_stmt* statement) {
  Answer answer;
  auto before = sqlite3_total_changes64(connection_.get());
  for (;;) {
    int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) break;
    if (code != SQLITE_ROW) return failure();
    if (answer.rows.size() == kMaxRows) return fail(Errc::exhausted, "database: more than {} rows", kMaxRows);
    answer.rows.push_back(current_row(statement));
  }
  answer.changed = sqlite3_total_changes64(connection_.get()) - before;
  return answer;
}

Result<void> Sqlite::script(const std::string& sql) {
  if (sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return failure();
  return {};
}

}  // namespace classcast::store
