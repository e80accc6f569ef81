// SPDX-License-Identifier: MIT
// HLS (RFC 8216bis) of a room's segment store: which bytes are a segment, and the playlist. Pure.
#pragma once

#include "recorder/range.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace classcast::recorder {

struct HlsSegment {
  std::int64_t file_ms = 0;  ///< names the file
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
  bool discontinuity = false;  ///< against the segment before
  std::string init;            ///< identifies the bytes of ftyp and moov
  bool operator==(const HlsSegment&) const = default;
};

/// A segment is at least so long, if keyframes allow it: it begins with one.
inline constexpr std::int64_t kSegmentMs = 2000;

/// Identifies a file's ftyp and moov: equal texts, equal bytes.
using InitOf = std::function<std::string(const StoredFile&)>;

/// All segments of these files, the last growing one of a file that is still written left out. Where a
/// capture begins with pictures that the one before stored already, the earlier ones are left out (seam.hpp).
std::vector<HlsSegment> segments_of(std::span<const StoredFile> files, const InitOf& init_of);
/// The holes of these files that are marked.
std::vector<Gap> gaps_of(std::span<const StoredFile> files);

struct PlaylistOptions {
  std::uint64_t first_number = 0;         ///< EXT-X-MEDIA-SEQUENCE
  std::uint64_t first_discontinuity = 0;  ///< EXT-X-DISCONTINUITY-SEQUENCE
  bool skip = false;                      ///< leave out what a player has already (delta update)
};
std::string write_playlist(std::span<const HlsSegment> segments, const PlaylistOptions& options);

/// "1700000000000-1234-5678.m4s" and "1700000000000-init.mp4".
std::string segment_name(const HlsSegment& segment);
std::string init_name(std::int64_t file_ms);

}  // namespace classcast::recorder
