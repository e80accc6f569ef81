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
  std::int64_t id = 0;
};

struct DiaryFilter {
  std::int64_t from_ms = 0;
  std::int64_t to_ms = INT64_MAX;
  /// Entries older than this id.
  std::int64_t before = INT64_MAX;
  std::int64_t limit = 100;
};

/// Errc::not_found when the room is gone.
Result<void> add_diary_entry(Database& database, const DiaryEntry& entry);
/// The newest entry of every room that has one.
Result<std::vector<DiaryEntry>> latest_diary_entries(Database& database);
/// Newest first.
Result<std::vector<DiaryEntry>> diary_of(Database& database, const RoomId& room, const DiaryFilter& filter);
/// The last entry at or before a time: the state that held then.
Result<std::vector<DiaryEntry>> diary_at(Database& database, const RoomId& room, std::int64_t at_ms);
/// Forgets entries older than a time, but never the newest of a room.
Result<std::int64_t> remove_old_diary(Database& database, std::int64_t before_ms);

}  // namespace classcast::store
