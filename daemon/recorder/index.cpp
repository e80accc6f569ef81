// SPDX-License-Identifier: MIT
#include "recorder/index.hpp"

#include "base/strings.hpp"
#include "recorder/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace classcast::recorder {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxIndexBytes = 4 << 20;

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
  const auto* kind = entry.session ? "new" : entry.entry ? "key" : "more";
  return fmt::format("{} {} {} {} {} {} {}\n", kind, entry.start_ms, entry.end_ms, entry.offset, entry.size,
                     entry.pictures, entry.keyframe);
}

std::optional<IndexEntry> parse_line(std::string_view line) {
  constexpr std::size_t kFragmentWords = 7;
  // Those of the first recorders ended with the size of the keyframe in place of what two words say now.
  constexpr std::size_t kFirstWords = 6;
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
  entry.session = words[0] == "new";
  entry.entry = entry.session || words[0] == "key";
  if (!entry.entry && words[0] != "more") return std::nullopt;
  const bool first = words.size() == kFirstWords;
  if (!first && words.size() != kFragmentWords) return std::nullopt;
  auto offset = parse_int(words[3]);
  auto size = parse_int(words[4]);
  auto pictures = first ? 0 : parse_int(words[5]);
  auto keyframe = first ? 0 : parse_int(words[6]);
  if (!offset || !size || !pictures || !keyframe) return std::nullopt;
  if (*offset < 0 || *size <= 0 || *pictures < 0 || *keyframe < 0) return std::nullopt;
  entry.offset = static_cast<std::uint64_t>(*offset);
  entry.size = static_cast<std::uint64_t>(*size);
  entry.pictures = static_cast<std::uint32_t>(*pictures);
  entry.keyframe = static_cast<std::uint32_t>(*keyframe);
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
  auto text = read_text(index_path(file.path), kMaxIndexBytes);
  if (text) file.entries = parse_index(*text);
}

std::vector<StoredFile> list_files(const fs::path& room) {
  auto files = list_file_names(room);
  for (auto& file : files) read_index(file);
  return files;
}

fs::path index_path(const fs::path& data) {
  return fs::path(data).replace_extension(".idx");
}

}  // namespace classcast::recorder
