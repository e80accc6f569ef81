// SPDX-License-Identifier: MIT
#include "recorder/seam.hpp"

#include <cstdlib>

namespace classcast::recorder {

namespace {

bool is_fragment(const PlacedEntry& line) {
  return line.entry->kind == IndexEntry::Kind::fragment;
}

std::vector<PlacedEntry> lines_of(std::span<const StoredFile> files) {
  std::vector<PlacedEntry> lines;
  for (const auto& file : files) {
    if (file.init_size() == 0) continue;
    for (const auto& entry : file.entries) lines.push_back({&file, &entry});
  }
  return lines;
}

/// Where the session ends that begins at `first`.
std::size_t session_end(std::span<const PlacedEntry> lines, std::size_t first) {
  auto end = first + 1;
  while (end < lines.size() && !lines[end].entry->session) ++end;
  return end;
}

std::uint64_t pictures_of(std::span<const PlacedEntry> lines) {
  std::uint64_t pictures = 0;
  for (const auto& line : lines) {
    if (!line.repeated) pictures += line.entry->pictures;
  }
  return pictures;
}

void set_repeated(std::span<PlacedEntry> lines) {
  for (auto& line : lines) line.repeated = is_fragment(line);
}

/// Of a session that begins with what is stored from `again` on.
void leave_out_repeats(std::span<PlacedEntry> lines, std::size_t again, std::size_t session) {
  const auto before = lines.subspan(again, session - again);
  const auto here = lines.subspan(session, session_end(lines, session) - session);
  set_repeated(pictures_of(here) >= pictures_of(before) ? before : here);
}

}  // namespace

std::size_t find_keyframe(std::span<const PlacedEntry> lines, const IndexEntry& next) {
  auto found = lines.size();
  auto nearest = kSameKeyframeMs;
  for (auto i = lines.size(); i > 0 && next.keyframe != 0; --i) {
    const auto& line = lines[i - 1];
    if (!is_fragment(line) || line.repeated) continue;
    if (next.start_ms - line.entry->start_ms > kSameKeyframeMs) break;
    const auto apart = std::abs(next.start_ms - line.entry->start_ms);
    if (line.entry->keyframe != next.keyframe || apart > nearest) continue;
    nearest = apart;
    found = i - 1;
  }
  return found;
}

std::vector<PlacedEntry> placed(std::span<const StoredFile> files) {
  auto lines = lines_of(files);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].entry->session) continue;
    const auto again = find_keyframe(std::span(lines).first(i), *lines[i].entry);
    if (again < i) leave_out_repeats(lines, again, i);
  }
  return lines;
}

}  // namespace classcast::recorder
