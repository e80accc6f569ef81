// SPDX-License-Identifier: MIT
// The tracks of our files and the boxes that fragments and finished movies have in common.
#pragma once

#include "recorder/h264.hpp"
#include "recorder/mp4_box.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace classcast::recorder {

inline constexpr std::uint32_t kVideoTrack = 1;
inline constexpr std::uint32_t kAudioTrack = 2;
inline constexpr std::uint32_t kVideoRate = 90'000;  ///< ticks a second (RFC 6184 §8.2.1)
inline constexpr std::uint32_t kAudioRate = 48'000;  ///< RFC 7587 §4.1
inline constexpr std::int64_t kSecondNs = 1'000'000'000;
inline constexpr std::int64_t kMsNs = kSecondNs / 1000;

inline std::int64_t to_ticks(std::int64_t ns, std::uint32_t rate) {
  return ns / kSecondNs * rate + ns % kSecondNs * rate / kSecondNs;
}
inline std::int64_t to_ns(std::int64_t ticks, std::uint32_t rate) {
  return ticks / rate * kSecondNs + ticks % rate * kSecondNs / rate;
}

struct VideoFormat {
  ParameterSets sets;
  PictureSize size;
  bool operator==(const VideoFormat&) const = default;
};

enum class AudioFormat { opus, aac };

/// What a file holds; at least one of the two.
struct Format {
  std::optional<VideoFormat> video;
  std::optional<AudioFormat> audio;
  bool operator==(const Format&) const = default;
};

/// avc3: parameter sets may change inside the stream (ISO/IEC 14496-15 §5.4.2.1); avc1: they do not.
void write_video_entry(BoxWriter& out, std::string_view type, const VideoFormat& format);
void write_audio_entry(BoxWriter& out, AudioFormat format);

/// `creation` counts seconds since 1904 (ISO/IEC 14496-12 §8.2.2); durations are in 1/1000 s for the movie.
struct MovieTimes {
  std::uint64_t creation = 0;
  std::uint64_t duration_ms = 0;
};
inline constexpr std::uint64_t kSeconds1904To1970 = 2'082'844'800;

void write_movie_header(BoxWriter& out, const MovieTimes& times);
void write_track_header(BoxWriter& out, std::uint32_t track, const MovieTimes& times, PictureSize size);
/// mdhd and hdlr; `duration` in ticks of `rate`.
void write_media_head(BoxWriter& out, std::uint32_t track, std::uint64_t creation, std::uint32_t rate,
                      std::uint64_t duration);
/// vmhd or smhd, and dinf.
void write_media_information(BoxWriter& out, std::uint32_t track);

}  // namespace classcast::recorder
