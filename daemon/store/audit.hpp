// SPDX-License-Identifier: MIT
// Queries about the audit log and the settings that administrators change.
#pragma once

#include "store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace classcast::store {

struct AuditRow {
  std::int64_t id = 0;
  std::int64_t at_ms = 0;
  std::optional<std::int64_t> actor_id = {};
  std::string actor;
  std::string action;
  std::string room;
  std::string detail;
  std::string address;
};

/// Empty members do not matter.
struct AuditFilter {
  std::string actor = {};
  std::string action = {};
  std::string room = {};
  std::int64_t from_ms = 0;
  std::int64_t to_ms = INT64_MAX;
  /// Rows older than this id.
  std::int64_t before = INT64_MAX;
  std::int64_t limit = 100;
};

Result<void> add_audit_row(Database& database, const AuditRow& row);
/// Newest first.
Result<std::vector<AuditRow>> list_audit(Database& database, const AuditFilter& filter);
Result<std::int64_t> remove_old_audit(Database& database, std::int64_t before_ms);

using SettingRow = std::pair<std::string, std::string>;
Result<std::vector<SettingRow>> load_settings(Database& database);
/// All or none.
Result<void> store_settings(Database& database, const std::vector<SettingRow>& rows);

}  // namespace classcast::store
