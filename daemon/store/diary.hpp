// SPDX-License-Identifier: MIT
// Queries about the status diary: what happened to a room, when and why.
#pragma once

#include "base/id.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace classcast::store {

struct DiaryEntry {
  RoomId room;
  std::int64_t at_ms = 0;
  std::string state;
  std::string cause;
  std::string detail;
  std::int64_t since_ms = 0;
};

/// Errc::not_found when the room is gone.
Result<void> add_diary_entry(Database& database, const DiaryEntry& entry);
/// The newest entry of every room that has one.
Result<std::vector<DiaryEntry>> latest_diary_entries(Database& database);
/// The newest `limit` entries of a room, newest first.
Result<std::vector<DiaryEntry>> diary_of(Database& database, const RoomId& room, std::int64_t limit);

}  // namespace classcast::store
