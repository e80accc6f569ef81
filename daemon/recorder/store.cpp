// SPDX-License-Identifier: MIT
#include "recorder/store.hpp"

#include "recorder/seam.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>
#include <thread>
#include <utility>

namespace classcast::recorder {

namespace fs = std::filesystem;

namespace {

/// A larger moof is not one of ours.
constexpr std::uint32_t kMaxHeadBox = 1 << 20;

/// FNV-1a; never 0.
std::uint32_t sum_of(Bytes bytes) {
  constexpr std::uint32_t kBasis = 2'166'136'261;
  constexpr std::uint32_t kPrime = 16'777'619;
  auto sum = kBasis;
  for (const auto byte : bytes) sum = (sum ^ byte) * kPrime;
  return std::max<std::uint32_t>(sum, 1);
}

struct BoxHead {
  std::string type;
  std::uint32_t size = 0;
};

std::optional<BoxHead> read_head(const File& file, std::uint64_t at, std::uint64_t end) {
  if (at + kBoxHead > end) return std::nullopt;
  auto bytes = file.read_at(at, kBoxHead);
  if (!bytes) return std::nullopt;
  Reader reader(*bytes);
  const auto size = reader.u32().value_or(0);
  if (size < kBoxHead || at + size > end) return std::nullopt;
  return BoxHead{std::string(as_text(reader.rest())), size};
}

/// The fragment at `at`, if it is whole.
std::optional<IndexEntry> scan_fragment(const File& file, std::uint64_t at, std::uint64_t end) {
  auto moof = read_head(file, at, end);
  if (!moof || moof->type != "moof" || moof->size > kMaxHeadBox) return std::nullopt;
  auto mdat = read_head(file, at + moof->size, end);
  if (!mdat || mdat->type != "mdat") return std::nullopt;
  auto bytes = file.read_at(at + kBoxHead, moof->size - kBoxHead);
  if (!bytes) return std::nullopt;
  auto fragment = read_fragment(*bytes);
  if (!fragment) return std::nullopt;
  const auto& first = fragment->video.empty() ? fragment->audio.front() : fragment->video.front();
  IndexEntry entry;
  entry.start_ms = first.time_ns / kMsNs;
  entry.end_ms = end_ns_of(*fragment) / kMsNs;
  entry.offset = at;
  entry.size = moof->size + mdat->size;
  entry.entry = first.keyframe;
  entry.pictures = static_cast<std::uint32_t>(fragment->video.size());
  if (entry.pictures == 0 || !first.keyframe) return entry;
  auto keyframe = file.read_at(at + first.offset, first.size);
  if (!keyframe) return std::nullopt;
  entry.keyframe = sum_of(*keyframe);
  entry.session = fragment->number == 1;
  return entry;
}

/// Where the fragments begin; nullopt when not even the head of the file is whole.
std::optional<std::uint64_t> head_size(const File& file, std::uint64_t end) {
  auto ftyp = read_head(file, 0, end);
  auto moov = ftyp ? read_head(file, ftyp->size, end) : std::nullopt;
  if (!moov || moov->type != "moov") return std::nullopt;
  return std::uint64_t{ftyp->size} + moov->size;
}

/// Entries whose bytes are there; a power cut may have kept lines and lost bytes.
std::uint64_t drop_lost_entries(StoredFile& file, std::uint64_t size) {
  auto& entries = file.entries;
  while (!entries.empty() && entries.back().offset + entries.back().size > size) entries.pop_back();
  std::uint64_t end = 0;
  for (const auto& entry : entries) end = std::max(end, entry.offset + entry.size);
  return end;
}

void remove_file(const StoredFile& file) {
  std::error_code ignored;
  fs::remove(file.path, ignored);
  fs::remove(index_path(file.path), ignored);
}

}  // namespace

Result<void> repair(StoredFile& file) {
  auto data = File::open(file.path, O_RDWR);
  if (!data) return fail(data);
  std::error_code error;
  const auto size = fs::file_size(file.path, error);
  if (error) return fail(Errc::unavailable, "{}: {}", file.path.string(), error.message());
  auto at = drop_lost_entries(file, size);
  if (at == 0) at = head_size(*data, size).value_or(0);
  // The last indexed fragment may hold zeros where the power cut came between its bytes and its line.
  while (!file.entries.empty() && file.entries.back().kind == IndexEntry::Kind::fragment &&
         !scan_fragment(*data, file.entries.back().offset, size)) {
    at = file.entries.back().offset;
    file.entries.pop_back();
  }
  while (auto entry = at == 0 ? std::nullopt : scan_fragment(*data, at, size)) {
    at += entry->size;
    file.entries.push_back(std::move(*entry));
  }
  if (file.init_size() == 0) {
    remove_file(file);
    file.entries.clear();
    return {};
  }
  if (auto cut = data->truncate(at); !cut) return cut;
  std::string lines;
  for (const auto& entry : file.entries) lines += to_line(entry);
  return replace_file(index_path(file.path), lines);
}

namespace {

/// Held as long as the descriptor is open: a new capture must not repair what the old one still writes.
Result<File> lock_room(const fs::path& room) {
  constexpr Duration kPause = 50ms;
  auto lock = File::open(room / ".lock", O_RDWR | O_CREAT);
  if (!lock) return lock;
  for (const auto until = now() + RoomWriter::kLockLimit;
       ::flock(lock->descriptor(), LOCK_EX | LOCK_NB) != 0;) {
    if (now() > until) return fail(Errc::conflict, "another process writes into {}", room.string());
    std::this_thread::sleep_for(kPause);
  }
  return lock;
}

}  // namespace

Result<RoomWriter> RoomWriter::open(const fs::path& room) {
  std::error_code error;
  fs::create_directories(room, error);
  if (error) return fail(Errc::unavailable, "{}: {}", room.string(), error.message());
  auto lock = lock_room(room);
  if (!lock) return fail(lock);
  RoomWriter writer(room);
  writer.lock_ = std::move(*lock);
  auto files = list_files(room);
  while (!files.empty()) {
    if (auto repaired = repair(files.back()); !repaired) return fail(repaired);
    if (!files.back().entries.empty()) break;
    files.pop_back();
  }
  if (!files.empty()) writer.file_start_ms_ = files.back().start_ms;
  writer.remember(std::span(files).last(std::min(files.size(), kRecentFiles)));
  return writer;
}

/// What a session may begin with again, and how far the room is stored.
void RoomWriter::remember(std::span<const StoredFile> files) {
  for (const auto& line : placed(files)) {
    if (line.repeated || line.entry->kind != IndexEntry::Kind::fragment) continue;
    end_ms_ = line.entry->end_ms;
    remember(*line.entry);
  }
}

void RoomWriter::remember(const IndexEntry& entry) {
  if (entry.keyframe == 0) return;
  if (keyframes_.size() == kRecentKeyframes) keyframes_.erase(keyframes_.begin());
  keyframes_.push_back(entry);
}

bool RoomWriter::stored_before(const IndexEntry& entry) const {
  std::vector<PlacedEntry> lines;
  for (const auto& keyframe : keyframes_) lines.push_back({nullptr, &keyframe});
  return find_keyframe(lines, entry) < lines.size();
}

Result<void> RoomWriter::begin_file(std::int64_t start_ms, const Format& format) {
  // A power cut must not take the end of a file out of the middle of a recording.
  if (auto synced = sync(); !synced) return synced;
  data_ = {};
  index_ = {};
  began_ms_ = start_ms;
  // Two files never share a name, and their order is that in which they were written: a session may begin
  // with pictures of before the file that was begun last.
  if (file_start_ms_ >= start_ms) start_ms = file_start_ms_ + 1;
  const auto path = room_ / fmt::format("{}.mp4", start_ms);
  auto data = File::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
  if (!data) return fail(data);
  auto index = File::open(index_path(path), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
  if (!index) return fail(index);
  auto init = write_init(format);
  if (auto written = data->write(init); !written) return written;
  data_ = std::move(*data);
  index_ = std::move(*index);
  size_ = init.size();
  file_start_ms_ = start_ms;
  format_ = format;
  sync_folder(room_);
  return {};
}

void RoomWriter::begin_session() {
  session_begins_ = true;
}

/// Where a session begins with a picture that is not stored, others may be missing whatever the clock says:
/// there the smallest hole is marked, and where it begins with one that is stored, none.
Result<void> RoomWriter::mark_gap(const IndexEntry& entry, const std::string& cause) {
  const bool again = entry.session && stored_before(entry);
  if (entry.session) covered_ms_ = again ? std::max(covered_ms_, end_ms_) : std::nullopt;
  if (!end_ms_ || again) return {};
  const auto from_ms = std::max(*end_ms_, covered_ms_.value_or(*end_ms_));
  if (!entry.session && entry.start_ms - from_ms < kGapMs) return {};
  IndexEntry gap;
  gap.kind = IndexEntry::Kind::gap;
  gap.start_ms = from_ms;
  gap.end_ms = std::max(entry.start_ms, from_ms + 1);
  gap.cause = cause;
  return index_.write(as_bytes(to_line(gap)));
}

Result<void> RoomWriter::write_data(Bytes data) {
  auto written = data_.write(data);
  // A file that ends in the middle of a fragment would not play to its end.
  if (!written) static_cast<void>(data_.truncate(size_).has_value());
  return written;
}

Result<void> RoomWriter::append(const Fragment& fragment, const Format& format, const std::string& cause) {
  auto appended = add(fragment, format, cause);
  // After a failure nothing more goes into this file: its index may end in half a line.
  if (!appended) data_ = {};
  return appended;
}

Result<void> RoomWriter::add(const Fragment& fragment, const Format& format, const std::string& cause) {
  IndexEntry entry;
  entry.start_ms = fragment.start_ns() / kMsNs;
  entry.end_ms = std::max(entry.start_ms, fragment.end_ns() / kMsNs);
  entry.entry = fragment.entry();
  entry.pictures = static_cast<std::uint32_t>(fragment.video.size());
  if (entry.entry && entry.pictures > 0) entry.keyframe = sum_of(fragment.video.front().data);
  entry.session = session_begins_ && entry.keyframe != 0;
  const bool full = entry.entry && std::abs(entry.start_ms - began_ms_) >= kFileMs;
  if (!data_.open() || full || entry.session || format_ != format) {
    if (auto begun = begin_file(entry.start_ms, format); !begun) return begun;
  }
  if (auto marked = mark_gap(entry, cause); !marked) return marked;
  number_ = entry.session ? 1 : number_ + 1;
  auto bytes = write_fragment(fragment, number_);
  entry.offset = size_;
  entry.size = bytes.size();
  if (auto written = write_data(bytes); !written) return written;
  size_ += bytes.size();
  if (auto indexed = index_.write(as_bytes(to_line(entry))); !indexed) return indexed;
  end_ms_ = entry.end_ms;
  if (covered_ms_ <= end_ms_) covered_ms_.reset();
  remember(entry);
  if (entry.session) session_begins_ = false;
  if (entry.end_ms - synced_ms_ < kSyncMs && entry.end_ms >= synced_ms_) return {};
  synced_ms_ = entry.end_ms;
  return data_.sync();
}

Result<void> RoomWriter::sync() {
  if (!data_.open()) return {};
  if (auto synced = data_.sync(); !synced) return synced;
  return index_.sync();
}

}  // namespace classcast::recorder
