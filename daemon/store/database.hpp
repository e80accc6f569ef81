// SPDX-License-Identifier: MIT
// Database: what a driver must do. Used from one thread at a time (see StoreThread).
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace classcast::store {

/// A column of a row or a parameter of a statement; monostate is NULL.
using Value = std::variant<std::monostate, std::int64_t, std::string>;

class Row {
 public:
  explicit Row(std::vector<Value> columns) : columns_(std::move(columns)) {}

  /// 0 when the column is NULL or text.
  [[nodiscard]] std::int64_t integer(std::size_t column) const;
  /// Empty when the column is NULL or a number.
  [[nodiscard]] std::string text(std::size_t column) const;
  [[nodiscard]] bool null(std::size_t column) const;
  [[nodiscard]] bool is_text(std::size_t column) const {
    return std::holds_alternative<std::string>(columns_.at(column));
  }

 private:
  std::vector<Value> columns_;
};

struct Answer {
  std::vector<Row> rows;
  /// Rows inserted, updated or deleted.
  std::int64_t changed = 0;
};

/// The few places where the engines differ ask for it: backup, check.
enum class Engine { sqlite, postgres };

/// What a conflict of keys and a missing reference are told as, by both engines: no names of tables.
inline constexpr std::string_view kExists = "It exists already.";
inline constexpr std::string_view kRefersToNothing = "It refers to something that does not exist.";

class Database {
 public:
  /// More rows than this in one answer are an error (Errc::exhausted): a query without a LIMIT.
  static constexpr std::size_t kMaxRows = 100'000;

  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  virtual ~Database() = default;

  /// Runs one statement with the parameters $1, $2 …; it is prepared once and kept.
  /// Errc::conflict: a row of that key exists. Errc::not_found: it refers to a row that does not exist.
  /// Errc::unavailable: the database cannot be reached or written now.
  virtual Result<Answer> run(std::string_view sql, std::span<const Value> parameters) = 0;
  /// Runs several statements without parameters.
  virtual Result<void> script(const std::string& sql) = 0;
  /// What stands for `{identity}` in a migration: a primary key that the database numbers.
  [[nodiscard]] virtual std::string_view identity_column() const = 0;
  [[nodiscard]] virtual Engine engine() const = 0;

  Result<Answer> run(std::string_view sql, std::initializer_list<Value> parameters = {}) {
    return run(sql, std::span<const Value>(parameters.begin(), parameters.size()));
  }
};

/// Everything between begin() and commit() happens, or nothing: it rolls back when it dies uncommitted.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

/// A parameter that may be NULL.
template <typename T>
Value optional_value(const std::optional<T>& value) {
  return value ? Value(*value) : Value();
}

/// What `answer` holds in its first column of its first row; 0 when there is none.
Result<std::int64_t> single_number(const Result<Answer>& answer);
/// Drops the rows of an answer.
Result<void> no_rows(const Result<Answer>& answer);
/// Errc::not_found with "there is no such <what>" when nothing was changed.
Result<void> must_change(const Result<Answer>& answer, std::string_view what);
/// A pattern for LIKE … ESCAPE and a backslash that finds the text anywhere.
std::string like_pattern(std::string_view part);

/// Whether `url` names a database that a driver knows.
bool known_database_url(std::string_view url);
/// Opens what a `[database] url` names: `sqlite:/path/to/file`, `sqlite::memory:` or `postgresql://…`.
Result<std::unique_ptr<Database>> open_database(std::string_view url);

}  // namespace classcast::store
