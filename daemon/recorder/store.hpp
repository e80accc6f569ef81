// SPDX-License-Identifier: MIT
// The segment store: per room a folder of minute files <unix ms>.mp4, each a fragmented MP4 that plays by
// itself, and beside each an append-only index <unix ms>.idx. Whatever is torn by a crash is cut at the last
// whole fragment when the room is opened again.
#pragma once

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "recorder/files.hpp"
#include "recorder/fragment.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
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
  bool entry = false;               ///< decoding may begin here
  std::uint32_t keyframe_size = 0;  ///< of the picture that it begins with, which tells when it came before
  std::string cause;                ///< gap
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

/// Cuts `file` after its last whole fragment and completes its index; removes it when nothing is left.
Result<void> repair(StoredFile& file);

/// Appends to a room. The only writer of its folder.
class RoomWriter {
 public:
  /// A file grows for so long, then the next one begins at a keyframe.
  static constexpr std::int64_t kFileMs = 60'000;
  /// What a power cut may cost, at most: bytes are forced to the disk at this pace.
  static constexpr std::int64_t kSyncMs = 1'000;
  /// A shorter hole between two fragments is no gap worth a mark.
  static constexpr std::int64_t kGapMs = 150;

  /// Another process may be writing its last bytes; it is waited for at most so long.
  static constexpr Duration kLockLimit = 10s;

  /// Repairs what a crash left; Errc::unavailable when the folder cannot be used, Errc::conflict when another
  /// process writes there.
  static Result<RoomWriter> open(const std::filesystem::path& room);
  /// `cause` explains the hole before this fragment, if there is one. Errc::exhausted when the disk is full:
  /// what was written before stays whole, and the next fragment must be one where decoding may begin.
  Result<void> append(const Fragment& fragment, const Format& format, const std::string& cause);
  /// Forces everything to the disk.
  Result<void> sync();
  [[nodiscard]] std::optional<std::int64_t> end_ms() const { return end_ms_; }

 private:
  explicit RoomWriter(std::filesystem::path room) : room_(std::move(room)) {}
  Result<void> add(const Fragment& fragment, const Format& format, const std::string& cause);
  Result<void> begin_file(std::int64_t start_ms, const Format& format);
  Result<void> mark_gap(std::int64_t start_ms, const std::string& cause);
  Result<void> write_data(Bytes data);

  std::filesystem::path room_;
  std::optional<Format> format_;
  File lock_;
  File data_;
  File index_;
  std::uint64_t size_ = 0;
  std::uint32_t number_ = 0;
  std::int64_t file_start_ms_ = 0;
  std::int64_t synced_ms_ = 0;
  std::optional<std::int64_t> end_ms_;
};

}  // namespace classcast::recorder
