// SPDX-License-Identifier: MIT
#include "recorder/upkeep.hpp"

#include "base/id.hpp"
#include "glib/log.hpp"
#include "recorder/files.hpp"
#include "recorder/finish.hpp"
#include "recorder/index.hpp"

#include <fcntl.h>

#include <system_error>

namespace classcast::recorder {

namespace fs = std::filesystem;

namespace {

void remove_segment(const fs::path& file) {
  std::error_code ignored;
  fs::remove(file, ignored);
  fs::remove(index_path(file), ignored);
}

/// Beside its place first, then there in one step.
Result<void> copy_whole(const fs::path& from, const fs::path& to) {
  auto part = to;
  part += ".part";
  std::error_code error;
  fs::copy_file(from, part, fs::copy_options::overwrite_existing, error);
  if (!error) {
    auto file = File::open(part, O_RDWR);
    if (!file) return fail(file);
    if (auto synced = file->sync(); !synced) return synced;
    fs::rename(part, to, error);
  }
  if (error) return fail(Errc::unavailable, "{}: {}", to.string(), error.message());
  return {};
}

}  // namespace

void remove_recording(const fs::path& file) {
  std::error_code ignored;
  fs::remove(file, ignored);
  fs::remove(fs::path(file).replace_extension(".jpg"), ignored);
  // Only when they are empty: of the day, and of the room.
  fs::remove(file.parent_path(), ignored);
  fs::remove(file.parent_path().parent_path(), ignored);
}

std::size_t tidy_room(const fs::path& folder, std::int64_t window_ms, std::span<const KeptRange> kept,
                      std::int64_t now_ms) {
  const auto files = list_file_names(folder);
  std::vector<FileSpan> spans;
  spans.reserve(files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    // A file ends where the next one begins; reading every index would cost more than it is worth.
    const auto end = i + 1 < files.size() ? files[i + 1].start_ms : INT64_MAX;
    spans.push_back({files[i].start_ms, std::min(end, files[i].start_ms + 2 * RoomWriter::kFileMs)});
  }
  const auto remove = plan_segments(spans, window_ms, kept, now_ms);
  for (auto number : remove) remove_segment(files[number].path);
  return remove.size();
}

std::vector<std::string> rooms_below(const fs::path& root) {
  std::vector<std::string> rooms;
  std::error_code error;
  for (fs::directory_iterator it(root / "segments", error), end; !error && it != end; it.increment(error)) {
    auto name = it->path().filename().string();
    if (RoomId::valid(name)) rooms.push_back(std::move(name));
  }
  return rooms;
}

Result<bool> move_one(const fs::path& from, const fs::path& to) {
  auto files = list_file_names(from);
  if (files.empty()) {
    std::error_code ignored;
    fs::remove(from / ".lock", ignored);
    fs::remove(from, ignored);
    return false;
  }
  std::error_code error;
  fs::create_directories(to, error);
  if (error) return fail(Errc::unavailable, "{}: {}", to.string(), error.message());
  const auto& file = files.front().path;
  const auto place = to / file.filename();
  // The index first: a file without one counts for nothing.
  if (fs::exists(index_path(file), error)) {
    if (auto moved = copy_whole(index_path(file), index_path(place)); !moved) return fail(moved);
  }
  if (auto moved = copy_whole(file, place); !moved) return fail(moved);
  sync_folder(to);
  remove_segment(file);
  return true;
}

fs::path free_recording_path(const fs::path& root, std::string_view room, std::int64_t start_ms) {
  auto path = recording_path(room, start_ms);
  std::error_code error;
  for (int number = 2; fs::exists(root / path, error); ++number) {
    const auto plain = recording_path(room, start_ms);
    path = plain.parent_path() / fmt::format("{}-{}.mp4", plain.stem().string(), number);
  }
  return path;
}

}  // namespace classcast::recorder
