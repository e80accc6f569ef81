// SPDX-License-Identifier: MIT
#include "store/recordings.hpp"

#include <fmt/format.h>

namespace classcast::store {

namespace {

constexpr std::string_view kSelect =
    "SELECT c.id, c.room_id, c.title, c.state, c.by_id, c.by_name, c.client_id, c.recorder_id, c.from_ms,"
    " c.until_ms, c.stop_ms, c.path, c.started_ms, c.duration_ms, c.size, c.frames, c.width, c.height,"
    " c.sha256, c.thumbnail, c.gaps, c.detail, c.protected, c.resume, c.deleted_ms, c.purged_ms"
    " FROM recordings c JOIN rooms r ON r.id = c.room_id";

std::optional<std::int64_t> maybe(const Row& row, std::size_t column) {
  return row.null(column) ? std::nullopt : std::optional(row.integer(column));
}

Result<Recording> recording_of(const Row& row) {
  auto room = RoomId::parse(row.text(1));
  if (!room) return fail(Errc::internal, "the database holds a recording of a bad room");
  Recording recording{row.text(0), *room, row.text(2), row.text(3)};
  recording.by_id = maybe(row, 4);
  recording.by_name = row.text(5);
  recording.client_id = row.text(6);
  recording.recorder_id = maybe(row, 7);
  recording.from_ms = row.integer(8);
  recording.until_ms = row.integer(9);
  recording.stop_ms = maybe(row, 10);
  recording.path = row.text(11);
  recording.started_ms = maybe(row, 12);
  recording.duration_ms = maybe(row, 13);
  recording.size = maybe(row, 14);
  recording.frames = maybe(row, 15);
  recording.width = maybe(row, 16);
  recording.height = maybe(row, 17);
  recording.sha256 = row.text(18);
  recording.thumbnail = row.integer(19) != 0;
  recording.gaps = row.text(20);
  recording.detail = row.text(21);
  recording.is_protected = row.integer(22) != 0;
  recording.resume = row.integer(23) != 0;
  recording.deleted_ms = maybe(row, 24);
  recording.purged_ms = maybe(row, 25);
  return recording;
}

Result<std::vector<Recording>> recordings_of(const Result<Answer>& answer) {
  if (!answer) return fail(answer);
  std::vector<Recording> recordings;
  recordings.reserve(answer->rows.size());
  for (const auto& row : answer->rows) {
    auto recording = recording_of(row);
    if (!recording) return fail(recording);
    recordings.push_back(std::move(*recording));
  }
  return recordings;
}

Result<std::optional<Recording>> first_of(Result<std::vector<Recording>> found) {
  if (!found) return fail(found);
  return found->empty() ? std::optional<Recording>() : std::optional(std::move(found->front()));
}

Value number(bool flag) {
  return std::int64_t{flag ? 1 : 0};
}

/// Conditions with their values, joined by AND.
class Where {
 public:
  template <typename T>
  void add(fmt::format_string<std::string> condition, T value) {
    conditions_.push_back(fmt::format(condition, place(std::move(value))));
  }
  void add(std::string condition) { conditions_.push_back(std::move(condition)); }
  template <typename T>
  std::string place(T value) {
    values_.emplace_back(std::move(value));
    return fmt::format("${}", values_.size());
  }
  [[nodiscard]] std::string text() const { return fmt::format("{}", fmt::join(conditions_, " AND ")); }
  [[nodiscard]] const std::vector<Value>& values() const { return values_; }

 private:
  std::vector<std::string> conditions_ = {"c.purged_ms IS NULL"};
  std::vector<Value> values_;
};

void add_rooms(Where& where, const std::vector<std::string>& rooms) {
  std::vector<std::string> places;
  places.reserve(rooms.size());
  for (const auto& room : rooms) places.push_back(where.place(room));
  where.add(fmt::format("c.room_id IN ({})", fmt::join(places, ", ")));
}

Where where_of(const RecordingFilter& filter) {
  Where where;
  if (filter.rooms) add_rooms(where, *filter.rooms);
  where.add("c.from_ms >= {}", filter.from_ms);
  where.add("c.from_ms < {}", filter.to_ms);
  if (filter.by_id) where.add("c.by_id = {}", *filter.by_id);
  if (!filter.text.empty()) {
    auto at = where.place(like_pattern(filter.text));
    where.add(fmt::format(
        "(LOWER(c.title) LIKE LOWER({0}) ESCAPE '\\' OR LOWER(r.name) LIKE LOWER({0}) ESCAPE '\\')", at));
  }
  where.add(filter.state == "deleted" ? "c.deleted_ms IS NOT NULL" : "c.deleted_ms IS NULL");
  if (!filter.state.empty() && filter.state != "deleted") where.add("c.state = {}", filter.state);
  auto before = where.place(filter.before_ms);
  where.add(fmt::format("(c.from_ms < {0} OR (c.from_ms = {0} AND c.id < {1}))", before,
                        where.place(filter.before_id)));
  return where;
}

}  // namespace

Result<void> add_recording(Database& database, const Recording& recording) {
  return no_rows(database.run(
      "INSERT INTO recordings (id, room_id, title, state, by_id, by_name, client_id, recorder_id, from_ms,"
      " until_ms, stop_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      {recording.id, recording.room.text(), recording.title, recording.state, optional_value(recording.by_id),
       recording.by_name, recording.client_id, optional_value(recording.recorder_id), recording.from_ms,
       recording.until_ms, optional_value(recording.stop_ms)}));
}

Result<void> update_recording(Database& database, const Recording& recording) {
  return must_change(
      database.run(
          "UPDATE recordings SET title = $1, state = $2, recorder_id = $3, until_ms = $4, stop_ms = $5,"
          " path = $6, started_ms = $7, duration_ms = $8, size = $9, frames = $10, width = $11,"
          " height = $12, sha256 = $13, thumbnail = $14, gaps = $15, detail = $16, protected = $17,"
          " resume = $18, deleted_ms = $19, purged_ms = $20 WHERE id = $21",
          {recording.title,
           recording.state,
           optional_value(recording.recorder_id),
           recording.until_ms,
           optional_value(recording.stop_ms),
           recording.path,
           optional_value(recording.started_ms),
           optional_value(recording.duration_ms),
           optional_value(recording.size),
           optional_value(recording.frames),
           optional_value(recording.width),
           optional_value(recording.height),
           recording.sha256,
           number(recording.thumbnail),
           recording.gaps,
           recording.detail,
           number(recording.is_protected),
           number(recording.resume),
           optional_value(recording.deleted_ms),
           optional_value(recording.purged_ms),
           recording.id}),
      "recording");
}

Result<void> remove_recording(Database& database, const std::string& id) {
  return must_change(database.run("DELETE FROM recordings WHERE id = $1", {id}), "recording");
}

Result<std::optional<Recording>> find_recording(Database& database, const std::string& id) {
  return first_of(
      recordings_of(database.run(fmt::format("{} WHERE c.id = $1 AND c.purged_ms IS NULL", kSelect), {id})));
}

Result<std::optional<Recording>> find_recording_of(Database& database, std::int64_t by_id,
                                                   const std::string& client_id) {
  return first_of(recordings_of(
      database.run(fmt::format("{} WHERE c.by_id = $1 AND c.client_id = $2 AND c.purged_ms IS NULL", kSelect),
                   {by_id, client_id})));
}

Result<std::vector<Recording>> list_recordings(Database& database, const RecordingFilter& filter) {
  if (filter.rooms && filter.rooms->empty()) return std::vector<Recording>();
  auto where = where_of(filter);
  auto limit = where.place(filter.limit);
  return recordings_of(database.run(
      fmt::format("{} WHERE {} ORDER BY c.from_ms DESC, c.id DESC LIMIT {}", kSelect, where.text(), limit),
      std::span<const Value>(where.values())));
}

Result<std::vector<Recording>> list_recordings_at_work(Database& database) {
  return recordings_of(
      database.run(fmt::format("{} WHERE c.state IN ('recording', 'finishing') OR c.resume = 1"
                               " OR c.purged_ms IS NOT NULL ORDER BY c.from_ms LIMIT 10000",
                               kSelect)));
}

Result<std::vector<Recording>> list_finished_recordings(Database& database) {
  return recordings_of(database.run(fmt::format(
      "{} WHERE c.state IN ('ready', 'failed') AND c.purged_ms IS NULL ORDER BY c.from_ms", kSelect)));
}

}  // namespace classcast::store
