// SPDX-License-Identifier: MIT
// The SQLite driver: one connection in WAL mode that loses no committed row at a power cut.
#pragma once

#include "store/database.hpp"

#include <sqlite3.h>

#include <map>
#include <memory>
#include <string>

namespace classcast::store {

class Sqlite : public Database {
 public:
  /// Creates the file when it is missing. `path` may be ":memory:".
  static Result<std::unique_ptr<Database>> open(const std::string& path);

  Result<Answer> run(std::string_view sql, std::span<const Value> parameters) override;
  Result<void> script(const std::string& sql) override;
  [[nodiscard]] std::string_view identity_column() const override {
    return "INTEGER PRIMARY KEY AUTOINCREMENT";
  }
  [[nodiscard]] Engine engine() const override { return Engine::sqlite; }
  using Database::run;

 private:
  struct CloseConnection {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  using Connection = std::unique_ptr<sqlite3, CloseConnection>;
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

  explicit Sqlite(Connection connection) : connection_(std::move(connection)) {}
  Result<sqlite3_stmt*> prepare(std::string_view sql);
  Result<Answer> step_through(sqlite3_stmt* statement);
  [[nodiscard]] tl::unexpected<Error> failure() const;

  Connection connection_;
  /// The SQL texts are constants of this program, so their number is bounded by it.
  std::map<std::string, Statement, std::less<>> statements_;
};

}  // namespace classcast::store
