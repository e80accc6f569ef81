// SPDX-License-Identifier: MIT
// Fragments: half-second pieces of a room as fragmented MP4 (ISO/IEC 14496-12 §8.8). Decode times are Unix
// time, so that a file tells by itself when it was.
#pragma once

#include "base/result.hpp"
#include "recorder/movie.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace classcast::recorder {

struct Sample {
  std::int64_t time_ns = 0;    ///< Unix time
  std::uint32_t duration = 0;  ///< ticks of its track
  bool keyframe = true;
  Buffer data;
};

struct Fragment {
  std::vector<Sample> video;
  std::vector<Sample> audio;

  /// Decoding may begin here.
  [[nodiscard]] bool entry() const { return video.empty() || video.front().keyframe; }
  [[nodiscard]] std::int64_t start_ns() const;
  [[nodiscard]] std::int64_t end_ns() const;
  [[nodiscard]] bool empty() const { return video.empty() && audio.empty(); }
};

/// ftyp and moov.
Buffer write_init(const Format& format);
/// moof and mdat; `number` counts the fragments of a session from 1 (store.hpp).
Buffer write_fragment(const Fragment& fragment, std::uint32_t number);

/// A sample where it lies: `offset` from the beginning of its moof.
struct StoredSample {
  std::int64_t time_ns = 0;
  std::uint32_t duration = 0;
  std::uint32_t size = 0;
  std::uint64_t offset = 0;
  bool keyframe = true;
};
struct StoredFragment {
  std::uint32_t number = 0;
  std::vector<StoredSample> video;
  std::vector<StoredSample> audio;
};

/// Reads what write_fragment wrote: `moof` is the box's body. Errc::invalid when it is anything else.
Result<StoredFragment> read_fragment(Bytes moof);
/// Where its last picture ends, or its last sound where there is no picture; Unix nanoseconds.
std::int64_t end_ns_of(const StoredFragment& fragment);
/// Reads what write_init wrote: `moov` is the box's body.
Result<Format> read_format(Bytes moov);

}  // namespace classcast::recorder
