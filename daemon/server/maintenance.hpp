// SPDX-License-Identifier: MIT
// classcast-server backup | restore | check | recorder, and the backup before a migration.
#pragma once

#include "base/result.hpp"
#include "server/settings.hpp"
#include "store/database.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace classcast::server {

/// What to tell whoever asked. The backup is written beside its place and moved there when it is whole
/// (0600). `word` is the file, the recorder's name, or what to do with what the check finds.
Result<std::string> maintain(const Settings& settings, const std::string& command, const std::string& word);

/// So many backups that were made before migrations are kept.
inline constexpr std::size_t kKeptBackups = 5;

/// Writes `directory`/schema-N-TIME.backup when the database has an older schema than this program, so that
/// the earlier program can be given back what it knew. nullopt when there is nothing to migrate.
Result<std::optional<std::filesystem::path>> back_up_before_migration(store::Database& database,
                                                                      const std::filesystem::path& directory);

}  // namespace classcast::server
