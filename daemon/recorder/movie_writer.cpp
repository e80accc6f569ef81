// SPDX-License-Identifier: MIT
#include "recorder/movie_writer.hpp"

#include <algorithm>

namespace classcast::recorder {

namespace {

constexpr std::uint64_t kMs = 1000;
constexpr std::size_t kLargeBoxHead = 16;

const std::vector<MovieSample>& samples_of(const Movie& movie, std::uint32_t track) {
  return track == kVideoTrack ? movie.video : movie.audio;
}

std::uint32_t movie_rate(std::uint32_t track) {
  return track == kVideoTrack ? kVideoRate : kAudioRate;
}

std::uint64_t ticks_of(const Movie& movie, std::uint32_t track) {
  std::uint64_t ticks = 0;
  for (const auto& sample : samples_of(movie, track)) ticks += sample.duration;
  return ticks;
}

std::uint64_t track_ms(const Movie& movie, std::uint32_t track) {
  auto ticks = ticks_of(movie, track);
  if (track == kAudioTrack) ticks -= std::min<std::uint64_t>(ticks, movie.audio_priming);
  return ticks * kMs / movie_rate(track);
}

std::uint64_t creation_of(const Movie& movie) {
  return static_cast<std::uint64_t>(movie.start_ms) / kMs + kSeconds1904To1970;
}

/// ISO/IEC 14496-12 §8.6.6: the track begins after the encoder's priming.
void write_edits(BoxWriter& out, const Movie& movie, std::uint32_t track) {
  if (track != kAudioTrack || movie.audio_priming == 0) return;
  out.begin("edts");
  out.begin_full("elst", 1, 0);
  out.u32(1);
  out.u64(track_ms(movie, track));
  out.u64(movie.audio_priming);
  out.u16(1);
  out.u16(0);
  out.end();
  out.end();
}

/// §8.6.1.2: runs of equal durations.
void write_durations(BoxWriter& out, const std::vector<MovieSample>& samples) {
  out.begin_full("stts", 0, 0);
  const auto count_at = out.size();
  out.u32(0);
  std::uint32_t runs = 0;
  for (std::size_t i = 0; i < samples.size(); ++runs) {
    auto end = i;
    while (end < samples.size() && samples[end].duration == samples[i].duration) ++end;
    out.u32(static_cast<std::uint32_t>(end - i));
    out.u32(samples[i].duration);
    i = end;
  }
  out.patch_u32(count_at, runs);
  out.end();
}

/// §8.6.2.
void write_keyframes(BoxWriter& out, const std::vector<MovieSample>& samples) {
  out.begin_full("stss", 0, 0);
  const auto count_at = out.size();
  out.u32(0);
  std::uint32_t count = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (!samples[i].keyframe) continue;
    out.u32(static_cast<std::uint32_t>(i + 1));
    ++count;
  }
  out.patch_u32(count_at, count);
  out.end();
}

/// §8.7.3.
void write_sizes(BoxWriter& out, const std::vector<MovieSample>& samples) {
  out.begin_full("stsz", 0, 0);
  out.u32(0);
  out.u32(static_cast<std::uint32_t>(samples.size()));
  for (const auto& sample : samples) out.u32(sample.size);
  out.end();
}

/// §8.7.4 and §8.7.5; `data` is where the first chunk of the movie begins.
void write_chunks(BoxWriter& out, const Movie& movie, std::uint32_t track, std::uint64_t data) {
  std::vector<std::uint64_t> offsets;
  std::vector<std::uint32_t> counts;
  for (const auto& chunk : movie.chunks) {
    if (chunk.track == track) {
      offsets.push_back(data);
      counts.push_back(chunk.count);
    }
    data += chunk.size;
  }
  out.begin_full("stsc", 0, 0);
  const auto count_at = out.size();
  out.u32(0);
  std::uint32_t runs = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (i > 0 && counts[i] == counts[i - 1]) continue;
    out.u32(static_cast<std::uint32_t>(i + 1));
    out.u32(counts[i]);
    out.u32(1);
    ++runs;
  }
  out.patch_u32(count_at, runs);
  out.end();
  out.begin_full("co64", 0, 0);
  out.u32(static_cast<std::uint32_t>(offsets.size()));
  for (auto offset : offsets) out.u64(offset);
  out.end();
}

void write_entries(BoxWriter& out, const Movie& movie, std::uint32_t track) {
  out.begin_full("stsd", 0, 0);
  out.u32(1);
  if (track == kVideoTrack) {
    write_video_entry(out, movie.parameters_change ? "avc3" : "avc1", *movie.format.video);
  } else {
    write_audio_entry(out, AudioFormat::aac);
  }
  out.end();
}

void write_track(BoxWriter& out, const Movie& movie, std::uint32_t track, std::uint64_t data) {
  const auto& samples = samples_of(movie, track);
  if (samples.empty()) return;
  out.begin("trak");
  write_track_header(out, track, {creation_of(movie), track_ms(movie, track)},
                     track == kVideoTrack ? movie.format.video->size : PictureSize{});
  write_edits(out, movie, track);
  out.begin("mdia");
  write_media_head(out, track, creation_of(movie), movie_rate(track), ticks_of(movie, track));
  out.begin("minf");
  write_media_information(out, track);
  out.begin("stbl");
  write_entries(out, movie, track);
  write_durations(out, samples);
  if (track == kVideoTrack) write_keyframes(out, samples);
  write_sizes(out, samples);
  write_chunks(out, movie, track, data);
  out.end();
  out.end();
  out.end();
  out.end();
}

Buffer write_head(const Movie& movie, std::uint64_t data) {
  BoxWriter out;
  out.begin("ftyp");
  out.text("isom");
  out.u32(0x200);
  out.text("isomiso2avc1mp41");
  out.end();
  out.begin("moov");
  write_movie_header(out, {creation_of(movie), duration_ms(movie)});
  write_track(out, movie, kVideoTrack, data);
  write_track(out, movie, kAudioTrack, data);
  out.end();
  std::uint64_t size = kLargeBoxHead;
  for (const auto& chunk : movie.chunks) size += chunk.size;
  out.u32(1);  // §4.2: the size has 64 bits and follows the type
  out.text("mdat");
  out.u64(size);
  return std::move(out.buffer());
}

}  // namespace

std::uint64_t duration_ms(const Movie& movie) {
  return std::max(track_ms(movie, kVideoTrack), track_ms(movie, kAudioTrack));
}

Buffer write_movie_head(const Movie& movie) {
  // The head has the same size whatever the offsets in it say.
  const auto size = write_head(movie, 0).size();
  return write_head(movie, size);
}

}  // namespace classcast::recorder
