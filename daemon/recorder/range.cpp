// SPDX-License-Identifier: MIT
#include "recorder/range.hpp"

#include "recorder/seam.hpp"

#include <fcntl.h>

#include <algorithm>
#include <span>
#include <utility>

namespace classcast::recorder {

namespace {

/// A head of ours is far smaller; a torn or foreign file may claim anything.
constexpr std::uint64_t kMaxHead = 1 << 20;
/// Fragments that end and begin so near to each other have no hole between them.
constexpr std::int64_t kTouchesMs = 500;

Result<Buffer> read_box(const File& file, std::uint64_t at) {
  auto head = file.read_at(at, kBoxHead);
  if (!head) return fail(head);
  const auto size = Reader(*head).u32().value_or(0);
  if (size < kBoxHead || size > kMaxHead) return fail(Errc::invalid, "a box of {} bytes is not ours", size);
  return file.read_at(at + kBoxHead, size - kBoxHead);
}

Result<Format> format_of(const File& file, std::uint64_t init_size) {
  auto init = file.read_at(0, std::min(init_size, kMaxHead));
  if (!init) return fail(init);
  auto moov = find_box(*init, "moov");
  if (!moov) return fail(Errc::invalid, "a file without moov");
  return read_format(*moov);
}

/// The first line of the range: the last at or before `from_ms` where decoding may begin, or else the first
/// after it. What ended long before `from_ms` is not part of it.
std::size_t beginning(std::span<const PlacedEntry> lines, std::int64_t from_ms) {
  auto found = lines.size();
  std::int64_t covered_ms = INT64_MIN;
  auto reaches = [&] { return found < lines.size() && covered_ms + kTouchesMs >= from_ms; };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& entry = *lines[i].entry;
    if (entry.kind != IndexEntry::Kind::fragment || lines[i].repeated) continue;
    if (entry.start_ms > from_ms && entry.entry) return reaches() ? found : i;
    if (entry.entry) found = i;
    covered_ms = std::max(covered_ms, entry.end_ms);
  }
  return reaches() ? found : lines.size();
}

/// Adds lines to a range; the file of the last one stays open.
class Adder {
 public:
  explicit Adder(Range& range) : range_(range) {}

  Result<void> add(const PlacedEntry& line) {
    const auto& entry = *line.entry;
    if (entry.kind == IndexEntry::Kind::gap) {
      if (!range_.video.empty() || !range_.audio.empty())
        range_.gaps.push_back({entry.start_ms, entry.end_ms, entry.cause});
      return {};
    }
    if (line.file != stored_) {
      if (auto opened = open(*line.file); !opened) return opened;
    }
    auto moof = read_box(file_, entry.offset);
    auto fragment = moof ? read_fragment(*moof) : Result<StoredFragment>(fail(moof));
    // What a power cut tore is lost; what stands around it is not.
    if (!fragment) return {};
    if (line.repeated) fragment->video.clear();
    add_fragment(range_, *fragment, static_cast<std::uint32_t>(range_.files.size() - 1), entry.offset);
    return {};
  }

 private:
  Result<void> open(const StoredFile& stored) {
    auto file = File::open(stored.path, O_RDONLY);
    if (!file) return fail(file);
    auto format = format_of(*file, stored.init_size());
    if (!format) return fail(format);
    file_ = std::move(*file);
    stored_ = &stored;
    range_.files.push_back(stored.path);
    range_.formats.push_back(std::move(*format));
    return {};
  }

  Range& range_;
  const StoredFile* stored_ = nullptr;
  File file_;
};

}  // namespace

std::int64_t Range::start_ns() const {
  if (!video.empty()) return video.front().time_ns;
  return audio.empty() ? 0 : audio.front().time_ns;
}

void add_fragment(Range& range, const StoredFragment& fragment, std::uint32_t file, std::uint64_t at) {
  for (const auto& sample : fragment.video) {
    auto time_ns = sample.time_ns;
    if (!range.video.empty()) time_ns = std::max(time_ns, range.video.back().time_ns + kMsNs);
    range.video.push_back({time_ns, file, sample.size, at + sample.offset, sample.keyframe});
  }
  for (const auto& sample : fragment.audio) {
    if (!range.audio.empty() && sample.time_ns <= range.audio.back().time_ns) continue;
    range.audio.push_back({sample.time_ns, file, sample.size, at + sample.offset, true});
  }
  if (!fragment.video.empty() || !fragment.audio.empty())
    range.end_ns = std::max(range.end_ns, end_ns_of(fragment));
}

Result<Range> read_range(const std::filesystem::path& room, std::int64_t from_ms, std::int64_t until_ms) {
  const auto files = list_files(room);
  const auto lines = placed(files);
  Range range;
  Adder adder(range);
  for (auto i = beginning(lines, from_ms); i < lines.size(); ++i) {
    if (lines[i].entry->start_ms >= until_ms) continue;
    if (auto added = adder.add(lines[i]); !added) return fail(added);
  }
  if (range.video.empty() && range.audio.empty()) {
    return fail(Errc::not_found, "nothing was received in that time");
  }
  return range;
}

}  // namespace classcast::recorder
