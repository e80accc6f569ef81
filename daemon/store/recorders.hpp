// SPDX-License-Identifier: MIT
// Queries about the programs that record.
#pragma once

#include "store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace classcast::store {

struct Recorder {
  std::int64_t id = 0;
  std::string name;
  std::string credential_hash;
  std::string url = {};
  std::optional<std::int64_t> seen_ms = {};
};

/// Makes it, or gives the one of that name another credential.
Result<std::int64_t> set_recorder(Database& database, const std::string& name,
                                  const std::string& credential_hash, std::int64_t now_ms);
Result<std::vector<Recorder>> list_recorders(Database& database);
Result<std::optional<Recorder>> find_recorder(Database& database, const std::string& credential_hash);
Result<void> note_recorder(Database& database, std::int64_t id, const std::string& url, std::int64_t now_ms);

}  // namespace classcast::store
