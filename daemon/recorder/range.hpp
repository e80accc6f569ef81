// SPDX-License-Identifier: MIT
// A range of time in the segment store: the samples that belong to it, in order, each once.
#pragma once

#include "recorder/store.hpp"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace classcast::recorder {

/// A sample and where its bytes lie.
struct RangeSample {
  std::int64_t time_ns = 0;
  std::uint32_t file = 0;  ///< number in Range::files
  std::uint32_t size = 0;
  std::uint64_t offset = 0;
  bool keyframe = true;
};

struct Gap {
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
  std::string cause;
};

struct Range {
  std::vector<std::filesystem::path> files;
  std::vector<Format> formats;  ///< of each file
  std::vector<RangeSample> video;
  std::vector<RangeSample> audio;
  std::vector<Gap> gaps;
  std::int64_t end_ns = 0;

  [[nodiscard]] std::int64_t start_ns() const;
};

/// Begins at the keyframe at or before `from_ms`, ends before `until_ms`. After a crash a capture begins
/// again with pictures that are stored already: those are taken once (seam.hpp). Errc::not_found when nothing
/// was stored in that time.
Result<Range> read_range(const std::filesystem::path& room, std::int64_t from_ms, std::int64_t until_ms);

/// Adds the samples of one fragment; `at` is where it begins in file number `file`.
void add_fragment(Range& range, const StoredFragment& fragment, std::uint32_t file, std::uint64_t at);

}  // namespace classcast::recorder
