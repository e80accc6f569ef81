// SPDX-License-Identifier: MIT
// The head of a finished movie: everything that stands before the media bytes, so that a player may begin at
// once. Pure.
#pragma once

#include "recorder/movie.hpp"

#include <cstdint>
#include <vector>

namespace classcast::recorder {

struct MovieSample {
  std::uint32_t size = 0;
  std::uint32_t duration = 0;  ///< ticks of its track
  bool keyframe = true;
};

/// Samples that lie together in the file.
struct MovieChunk {
  std::uint32_t track = kVideoTrack;
  std::uint32_t first = 0;  ///< number of its first sample in its track, from 0
  std::uint32_t count = 0;
  std::uint64_t size = 0;  ///< bytes
};

struct Movie {
  Format format;
  bool parameters_change = false;  ///< the picture's parameter sets are not the same all the time
  std::int64_t start_ms = 0;       ///< Unix time
  std::vector<MovieSample> video;
  std::vector<MovieSample> audio;
  std::uint32_t audio_priming = 0;  ///< samples that the decoder makes before the first that was heard
  std::vector<MovieChunk> chunks;   ///< in the order of the file
};

[[nodiscard]] std::uint64_t duration_ms(const Movie& movie);
/// ftyp, moov and the head of mdat; the chunks follow.
Buffer write_movie_head(const Movie& movie);

}  // namespace classcast::recorder
