// SPDX-License-Identifier: MIT
// Finishing a recording: a range of the segment store becomes a standard MP4 (H.264 as it came, AAC, moov in
// front) with a thumbnail. Blocks; it runs in a process of its own.
#pragma once

#include "recorder/range.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace classcast::recorder {

struct FinishJob {
  std::filesystem::path room;  ///< folder of the store
  std::int64_t from_ms = 0;
  std::int64_t until_ms = 0;
  std::filesystem::path output;  ///< ….mp4; the thumbnail gets the same name with .jpg
};

struct Finished {
  std::uint64_t size = 0;
  std::int64_t start_ms = 0;
  std::uint64_t duration_ms = 0;
  std::uint64_t frames = 0;
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::string sha256;
  bool thumbnail = false;
  std::vector<Gap> gaps;
};

/// Parts of a hundred, as it goes on.
using Progress = std::function<void(int percent)>;

/// The output appears complete or not at all. Errc::not_found when nothing was recorded in that time,
/// Errc::exhausted when the disk is full.
Result<Finished> finish(const FinishJob& job, const Progress& progress);

/// recordings/<room>/<YYYY-MM-DD>/<room>_<HH-MM-SS>.mp4, in local time.
std::filesystem::path recording_path(std::string_view room, std::int64_t start_ms);

}  // namespace classcast::recorder
