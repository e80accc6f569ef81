// SPDX-License-Identifier: MIT
#include "recorder/store.hpp"

#include "base/strings.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <system_error>
#include <thread>
#include <utility>

namespace classcast::recorder {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxIndexBytes = 4 << 20;
/// A larger moof is not one of ours.
constexpr std::uint32_t kMaxHeadBox = 1 << 20;

fs::path index_of(const fs::path& data) {
  return fs::path(data).replace_extension(".idx");
}

std::vector<IndexEntry> parse_index(const std::string& text) {
  std::vector<IndexEntry> entries;
  auto lines = split(text, '\n');
  lines.pop_back();  // what follows the last newline is torn
  for (auto line : lines) {
    if (auto entry = parse_line(line)) entries.push_back(std::move(*entry));
  }
  return entries;
}

std::optional<std::int64_t> start_of(const fs::path& path) {
  if (path.extension() != ".mp4") return std::nullopt;
  return parse_int(path.stem().string());
}

}  // namespace

std::string to_line(const IndexEntry& entry) {
  if (entry.kind == IndexEntry::Kind::gap) {
    return fmt::format("gap {} {} {}\n", entry.start_ms, entry.end_ms, printable(entry.cause));
  }
  return fmt::format("{} {} {} {} {} {}\n", entry.entry ? "key" : "more", entry.start_ms, entry.end_ms,
                     entry.offset, entry.size, entry.keyframe_size);
}

std::optional<IndexEntry> parse_line(std::string_view line) {
  constexpr std::size_t kFragmentWords = 6;
  auto words = split(line, ' ');
  if (words.size() < 3) return std::nullopt;
  IndexEntry entry;
  auto start = parse_int(words[1]);
  auto end = parse_int(words[2]);
  if (!start || !end || *start > *end) return std::nullopt;
  entry.start_ms = *start;
  entry.end_ms = *end;
  if (words[0] == "gap") {
    entry.kind = IndexEntry::Kind::gap;
    const auto head = words[0].size() + words[1].size() + words[2].size() + 3;
    if (head <= line.size()) entry.cause = std::string(line.substr(head));
    return entry;
  }
  if (words.size() != kFragmentWords || (words[0] != "key" && words[0] != "more")) return std::nullopt;
  auto offset = parse_int(words[3]);
  auto size = parse_int(words[4]);
  auto keyframe = parse_int(words[5]);
  if (!offset || !size || !keyframe || *offset < 0 || *size <= 0 || *keyframe < 0) return std::nullopt;
  entry.offset = static_cast<std::uint64_t>(*offset);
  entry.size = static_cast<std::uint64_t>(*size);
  entry.entry = words[0] == "key";
  entry.keyframe_size = static_cast<std::uint32_t>(*keyframe);
  return entry;
}

std::int64_t StoredFile::end_ms() const {
  return entries.empty() ? start_ms : entries.back().end_ms;
}

std::uint64_t StoredFile::init_size() const {
  for (const auto& entry : entries) {
    if (entry.kind == IndexEntry::Kind::fragment) return entry.offset;
  }
  return 0;
}

std::vector<StoredFile> list_file_names(const fs::path& room) {
  std::vector<StoredFile> files;
  std::error_code error;
  for (fs::directory_iterator it(room, error), end; !error && it != end; it.increment(error)) {
    if (auto start = start_of(it->path())) files.push_back({it->path(), *start, {}});
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.start_ms < b.start_ms; });
  return files;
}

void read_index(StoredFile& file) {
  auto text = read_text(index_of(file.path), kMaxIndexBytes);
  if (text) file.entries = parse_index(*text);
}

std::vector<StoredFile> list_files(const fs::path& room) {
  auto files = list_file_names(room);
  for (auto& file : files) read_index(file);
  return files;
}

namespace {

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
  if (!fragment->video.empty() && first.keyframe) entry.keyframe_size = first.size;
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
  fs::remove(index_of(file.path), ignored);
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
  return replace_file(index_of(file.path), lines);
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
  if (!files.empty()) writer.end_ms_ = files.back().end_ms();
  return writer;
}

Result<void> RoomWriter::begin_file(std::int64_t start_ms, const Format& format) {
  data_ = {};
  index_ = {};
  // Two files never share a name: a file that starts again within a millisecond takes the next one.
  if (file_start_ms_ >= start_ms) start_ms = file_start_ms_ + 1;
  const auto path = room_ / fmt::format("{}.mp4", start_ms);
  auto data = File::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
  if (!data) return fail(data);
  auto index = File::open(index_of(path), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
  if (!index) return fail(index);
  auto init = write_init(format);
  if (auto written = data->write(init); !written) return written;
  data_ = std::move(*data);
  index_ = std::move(*index);
  size_ = init.size();
  number_ = 0;
  file_start_ms_ = start_ms;
  format_ = format;
  sync_folder(room_);
  return {};
}

Result<void> RoomWriter::mark_gap(std::int64_t start_ms, const std::string& cause) {
  if (!end_ms_ || start_ms - *end_ms_ < kGapMs) return {};
  IndexEntry gap;
  gap.kind = IndexEntry::Kind::gap;
  gap.start_ms = *end_ms_;
  gap.end_ms = start_ms;
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
  if (entry.entry && !fragment.video.empty())
    entry.keyframe_size = static_cast<std::uint32_t>(fragment.video.front().data.size());
  const bool full = entry.entry && entry.start_ms - file_start_ms_ >= kFileMs;
  if (!data_.open() || full || format_ != format) {
    if (auto begun = begin_file(entry.start_ms, format); !begun) return begun;
  }
  if (auto marked = mark_gap(entry.start_ms, cause); !marked) return marked;
  auto bytes = write_fragment(fragment, ++number_);
  entry.offset = size_;
  entry.size = bytes.size();
  if (auto written = write_data(bytes); !written) return written;
  size_ += bytes.size();
  if (auto indexed = index_.write(as_bytes(to_line(entry))); !indexed) return indexed;
  end_ms_ = entry.end_ms;
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
