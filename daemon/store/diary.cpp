// SPDX-License-Identifier: MIT
#include "store/diary.hpp"

namespace classcast::store {

namespace {

Result<std::vector<DiaryEntry>> entries_of(const Result<Answer>& answer) {
  if (!answer) return fail(answer);
  std::vector<DiaryEntry> entries;
  entries.reserve(answer->rows.size());
  for (const auto& row : answer->rows) {
    auto room = RoomId::parse(row.text(0));
    if (!room) return fail(Errc::internal, "the diary names a bad room: {}", room.error().message);
    entries.push_back(
        {*room, row.integer(1), row.text(2), row.text(3), row.text(4), row.integer(5), row.integer(6)});
  }
  return entries;
}

}  // namespace

Result<void> add_diary_entry(Database& database, const DiaryEntry& entry) {
  auto answer = database.run(
      "INSERT INTO status_diary (room_id, at_ms, state, cause, detail, since_ms) VALUES ($1, $2, $3, $4, $5, "
      "$6)",
      {entry.room.text(), entry.at_ms, entry.state, entry.cause, entry.detail, entry.since_ms});
  if (!answer) return fail(answer);
  return {};
}

Result<std::vector<DiaryEntry>> latest_diary_entries(Database& database) {
  return entries_of(
      database.run("SELECT room_id, at_ms, state, cause, detail, since_ms, id FROM status_diary"
                   " WHERE id IN (SELECT MAX(id) FROM status_diary GROUP BY room_id)"));
}

Result<std::vector<DiaryEntry>> diary_of(Database& database, const RoomId& room, const DiaryFilter& filter) {
  return entries_of(database.run(
      "SELECT room_id, at_ms, state, cause, detail, since_ms, id FROM status_diary WHERE room_id = $1"
      " AND at_ms >= $2 AND at_ms <= $3 AND id < $4 ORDER BY id DESC LIMIT $5",
      {room.text(), filter.from_ms, filter.to_ms, filter.before, filter.limit}));
}

Result<std::vector<DiaryEntry>> diary_at(Database& database, const RoomId& room, std::int64_t at_ms) {
  return entries_of(database.run(
      "SELECT room_id, at_ms, state, cause, detail, since_ms, id FROM status_diary WHERE room_id = $1"
      " AND at_ms <= $2 ORDER BY id DESC LIMIT 1",
      {room.text(), at_ms}));
}

Result<std::int64_t> remove_old_diary(Database& database, std::int64_t before_ms) {
  auto answer = database.run(
      "DELETE FROM status_diary WHERE at_ms < $1"
      " AND id NOT IN (SELECT MAX(id) FROM status_diary GROUP BY room_id)",
      {before_ms});
  if (!answer) return fail(answer);
  return answer->changed;
}

}  // namespace classcast::store
