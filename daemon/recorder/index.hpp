// SPDX-License-Identifier: MIT
// The index beside each minute file of the segment store: a line per fragment and per gap.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace classcast::recorder {

/// A line of an index.
struct IndexEntry {
  enum class Kind { fragment, gap };
  Kind kind = Kind::fragment;
  std::int64_t start_ms = 0;  ///< Unix time
  std::int64_t end_ms = 0;
  std::uint64_t offset = 0;  ///< fragment: of its moof
  std::uint64_t size = 0;
  bool entry = false;          ///< decoding may begin here
  bool session = false;        ///< a session begins here, with a keyframe that may be stored already
  std::uint32_t pictures = 0;  ///< how many there are in it
  std::uint32_t keyframe = 0;  ///< what the keyframe's bytes add up to that it begins with; 0: with none
  std::string cause;           ///< gap
};
std::string to_line(const IndexEntry& entry);
/// nullopt for a torn or foreign line.
std::optional<IndexEntry> parse_line(std::string_view line);

/// One minute file with its index.
struct StoredFile {
  std::filesystem::path path;
  std::int64_t start_ms = 0;
  std::vector<IndexEntry> entries;

  [[nodiscard]] std::int64_t end_ms() const;
  /// The bytes of ftyp and moov; 0 when there is no fragment.
  [[nodiscard]] std::uint64_t init_size() const;
};

/// The files of a room in order of time, with their indexes. A missing folder is an empty room.
std::vector<StoredFile> list_files(const std::filesystem::path& room);
/// The same without reading indexes: start times and paths.
std::vector<StoredFile> list_file_names(const std::filesystem::path& room);

/// Reads the index of one of these.
void read_index(StoredFile& file);

/// Of the file with the fragments.
std::filesystem::path index_path(const std::filesystem::path& data);

}  // namespace classcast::recorder
