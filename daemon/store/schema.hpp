// SPDX-License-Identifier: MIT
// Brings a database to the newest schema, one migration after the other.
#pragma once

#include "base/result.hpp"
#include "store/database.hpp"

#include <span>
#include <string_view>

namespace classcast::store {

struct Migration {
  int version;
  std::string_view name;
  /// SQL for both engines; `{identity}` stands for a numbered primary key.
  std::string_view sql;
};

/// All of them, oldest first; the versions are 1, 2, 3 …
std::span<const Migration> migrations();

/// 0 for an empty database.
Result<int> schema_version(Database& database);

/// Applies what is missing up to `target`, each migration in its own transaction.
/// Errc::conflict when the database is newer than this program.
Result<void> migrate(Database& database, int target);
Result<void> migrate(Database& database);

}  // namespace classcast::store
