// SPDX-License-Identifier: MIT
// RoomIndex: the segment store of a room as players see it, read again only where it changed.
#pragma once

#include "recorder/disk.hpp"
#include "recorder/playlist.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace classcast::recorder {

class RoomIndex {
 public:
  static constexpr std::int64_t kRefreshMs = 400;
  /// What live.m3u8 holds.
  static constexpr std::int64_t kLiveMs = 60'000;

  /// Reads what has changed in the folder, at most every kRefreshMs.
  void refresh(const std::filesystem::path& folder, std::int64_t now_ms);
  [[nodiscard]] const std::vector<StoredFile>& files() const { return files_; }
  /// The oldest and the newest moment within the window; nullopt when there is nothing.
  [[nodiscard]] std::optional<FileSpan> span(std::int64_t window_from_ms) const;
  [[nodiscard]] std::vector<Gap> gaps(std::int64_t window_from_ms) const;
  /// The window as a live playlist; numbers go on where the last one left off.
  std::string playlist(std::int64_t window_from_ms, bool skip);
  std::string live_playlist(std::int64_t window_from_ms, std::int64_t now_ms);

 private:
  void slide(std::int64_t window_from_ms);
  std::string init_of(const StoredFile& file);

  std::filesystem::path folder_;
  std::int64_t refreshed_ms_ = 0;
  std::vector<StoredFile> files_;
  std::map<std::int64_t, std::string> inits_;
  std::vector<HlsSegment> window_;
  std::uint64_t first_number_ = 0;
  std::uint64_t first_discontinuity_ = 0;
};

}  // namespace classcast::recorder
