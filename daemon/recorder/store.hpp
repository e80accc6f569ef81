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
#include "recorder/index.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace classcast::recorder {

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
  /// What follows is received anew: its first pictures may be stored already.
  void begin_session();
  /// `cause` explains the hole before this fragment, if there is one. Errc::exhausted when the disk is full:
  /// what was written before stays whole, and the next fragment must be one where decoding may begin.
  Result<void> append(const Fragment& fragment, const Format& format, const std::string& cause);
  /// Forces everything to the disk.
  Result<void> sync();
  [[nodiscard]] std::optional<std::int64_t> end_ms() const { return end_ms_; }

 private:
  /// More of them than a session can begin with again.
  static constexpr std::size_t kRecentKeyframes = 32;
  static constexpr std::size_t kRecentFiles = 8;

  explicit RoomWriter(std::filesystem::path room) : room_(std::move(room)) {}
  Result<void> add(const Fragment& fragment, const Format& format, const std::string& cause);
  Result<void> begin_file(std::int64_t start_ms, const Format& format);
  void remember(std::span<const StoredFile> files);
  void remember(const IndexEntry& entry);
  [[nodiscard]] bool stored_before(const IndexEntry& entry) const;
  Result<void> mark_gap(const IndexEntry& entry, const std::string& cause);
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
  std::int64_t began_ms_ = 0;
  std::vector<IndexEntry> keyframes_;       ///< the last ones
  std::optional<std::int64_t> covered_ms_;  ///< how far the sessions before this one came that it repeats
  bool session_begins_ = true;
};

}  // namespace classcast::recorder
