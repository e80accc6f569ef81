// SPDX-License-Identifier: MIT
#include "recorder/range.hpp"

#include "recorder/seam.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cstdlib>
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

/// Where the pictures that begin with `keyframe` are stored already.
std::vector<RangeSample>::iterator overlap(std::vector<RangeSample>& video, const StoredSample& keyframe) {
  for (auto it = video.rbegin(); it != video.rend(); ++it) {
    if (keyframe.time_ns - it->time_ns > kSameKeyframeMs * kMsNs) break;
    if (it->keyframe && it->size == keyframe.size) return std::prev(it.base());
  }
  return std::find_if(video.begin(), video.end(),
                      [&](const auto& sample) { return sample.time_ns >= keyframe.time_ns; });
}

/// The first fragment of the range: the last at or before `from_ms` where decoding may begin, or else the
/// first after it. What ended long before `from_ms` is not part of it.
std::pair<std::size_t, std::size_t> beginning(const std::vector<StoredFile>& files, std::int64_t from_ms) {
  const std::pair<std::size_t, std::size_t> none{files.size(), 0};
  auto found = none;
  std::int64_t covered_ms = INT64_MIN;
  auto reaches = [&] { return found != none && covered_ms + kTouchesMs >= from_ms; };
  for (std::size_t f = 0; f < files.size(); ++f) {
    for (std::size_t i = 0; i < files[f].entries.size(); ++i) {
      const auto& entry = files[f].entries[i];
      if (entry.kind != IndexEntry::Kind::fragment) continue;
      if (entry.start_ms > from_ms && entry.entry)
        return reaches() ? found : std::pair<std::size_t, std::size_t>{f, i};
      if (entry.entry) found = {f, i};
      covered_ms = std::max(covered_ms, entry.end_ms);
    }
  }
  return reaches() ? found : none;
}

Result<void> add_file(Range& range, const StoredFile& stored, std::size_t first, std::int64_t until_ms) {
  auto file = File::open(stored.path, O_RDONLY);
  if (!file) return fail(file);
  auto format = format_of(*file, stored.init_size());
  if (!format) return fail(format);
  const auto number = static_cast<std::uint32_t>(range.files.size());
  range.files.push_back(stored.path);
  range.formats.push_back(std::move(*format));
  for (auto i = first; i < stored.entries.size() && stored.entries[i].start_ms < until_ms; ++i) {
    const auto& entry = stored.entries[i];
    if (entry.kind == IndexEntry::Kind::gap) {
      if (!range.video.empty() || !range.audio.empty())
        range.gaps.push_back({entry.start_ms, entry.end_ms, entry.cause});
      continue;
    }
    auto moof = read_box(*file, entry.offset);
    auto fragment = moof ? read_fragment(*moof) : Result<StoredFragment>(fail(moof));
    // What a power cut tore is lost; what stands around it is not.
    if (fragment) add_fragment(range, *fragment, number, entry.offset);
  }
  return {};
}

}  // namespace

std::int64_t Range::start_ns() const {
  if (!video.empty()) return video.front().time_ns;
  return audio.empty() ? 0 : audio.front().time_ns;
}

void add_fragment(Range& range, const StoredFragment& fragment, std::uint32_t file, std::uint64_t at) {
  const bool follows = !fragment.video.empty() &&
                       std::abs(fragment.video.front().time_ns - range.end_ns) <= kSameCaptureMs * kMsNs;
  if (!follows && !fragment.video.empty() && fragment.video.front().keyframe && !range.video.empty()) {
    range.video.erase(overlap(range.video, fragment.video.front()), range.video.end());
  }
  for (const auto& sample : fragment.video) {
    auto time_ns = sample.time_ns;
    if (!range.video.empty()) time_ns = std::max(time_ns, range.video.back().time_ns + kMsNs);
    range.video.push_back({time_ns, file, sample.size, at + sample.offset, sample.keyframe});
  }
  for (const auto& sample : fragment.audio) {
    if (!range.audio.empty() && sample.time_ns <= range.audio.back().time_ns) continue;
    range.audio.push_back({sample.time_ns, file, sample.size, at + sample.offset, true});
  }
  range.end_ns = std::max(range.end_ns, end_ns_of(fragment));
}

Result<Range> read_range(const std::filesystem::path& room, std::int64_t from_ms, std::int64_t until_ms) {
  const auto files = list_files(room);
  Range range;
  auto [file, entry] = beginning(files, from_ms);
  for (; file < files.size(); ++file, entry = 0) {
    if (files[file].start_ms >= until_ms || files[file].init_size() == 0) continue;
    if (auto added = add_file(range, files[file], entry, until_ms); !added) return fail(added);
  }
  if (range.video.empty() && range.audio.empty()) {
    return fail(Errc::not_found, "nothing was received in that time");
  }
  return range;
}

}  // namespace classcast::recorder
