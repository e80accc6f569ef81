// SPDX-License-Identifier: MIT
#include "recorder/finish.hpp"

#include "glib/log.hpp"
#include "glib/ref.hpp"
#include "pipelines/aac.hpp"
#include "pipelines/thumbnail.hpp"
#include "recorder/movie_writer.hpp"

#include <fcntl.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

namespace classcast::recorder {

namespace fs = std::filesystem;

namespace {

/// The sound is the greater part of the work.
constexpr int kSoundShare = 60;
constexpr std::size_t kCopyPiece = 1 << 20;
/// Before the first frame that is heard.
constexpr std::uint32_t kPrimingFrames = 1;

/// Reads samples of a range; the file that was read last stays open.
class SampleReader {
 public:
  explicit SampleReader(const Range& range) : range_(range) {}

  Result<Buffer> read(const RangeSample& sample) { return read(sample.file, sample.offset, sample.size); }
  Result<Buffer> read(std::uint32_t number, std::uint64_t offset, std::size_t size) {
    if (number != number_) {
      auto file = File::open(range_.files[number], O_RDONLY);
      if (!file) return fail(file);
      file_ = std::move(*file);
      number_ = number;
    }
    return file_.read_at(offset, size);
  }

 private:
  const Range& range_;
  std::optional<std::uint32_t> number_;
  File file_;
};

/// A file that disappears unless it is kept.
class Draft {
 public:
  explicit Draft(fs::path path) : path_(std::move(path)) {}
  ~Draft() {
    std::error_code ignored;
    if (!kept_) fs::remove(path_, ignored);
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  Result<File> open(int flags) const { return File::open(path_, flags | O_CREAT | O_TRUNC); }
  Result<void> keep_as(const fs::path& path) {
    std::error_code error;
    fs::rename(path_, path, error);
    if (error) return fail(Errc::unavailable, "{}: {}", path.string(), error.message());
    kept_ = true;
    sync_folder(path.parent_path());
    return {};
  }

 private:
  const fs::path path_;
  bool kept_ = false;
};

/// The pictures' durations: each lasts until the next, over a gap too, so that the sound stays with them.
std::vector<MovieSample> video_samples(const Range& range) {
  std::vector<MovieSample> samples;
  samples.reserve(range.video.size());
  for (std::size_t i = 0; i < range.video.size(); ++i) {
    const auto& sample = range.video[i];
    const auto next_ns = i + 1 < range.video.size() ? range.video[i + 1].time_ns
                                                    : std::max(range.end_ns, sample.time_ns + kMsNs);
    const auto start = range.start_ns();
    const auto ticks = to_ticks(next_ns - start, kVideoRate) - to_ticks(sample.time_ns - start, kVideoRate);
    samples.push_back({sample.size, static_cast<std::uint32_t>(ticks), sample.keyframe});
  }
  return samples;
}

/// The sound as AAC frames in `draft`, and their sizes.
Result<std::vector<MovieSample>> encode_sound(const Range& range, File& draft, const Progress& progress) {
  std::vector<MovieSample> frames;
  auto encoder = pipelines::AacEncoder::create([&](Bytes frame) -> Result<void> {
    frames.push_back({static_cast<std::uint32_t>(frame.size()), pipelines::kAacFrame, true});
    return draft.write(frame);
  });
  if (!encoder) return fail(encoder);
  SampleReader reader(range);
  int told = -1;
  for (std::size_t i = 0; i < range.audio.size(); ++i) {
    const auto& sample = range.audio[i];
    if (sample.time_ns < range.start_ns()) continue;
    auto packet = reader.read(sample);
    if (!packet) return fail(packet);
    const auto duration_ns = to_ns(20 * kAudioRate / 1000, kAudioRate);
    auto pushed = (*encoder)->push(*packet, sample.time_ns - range.start_ns(), duration_ns);
    if (!pushed) return fail(pushed);
    const auto percent = static_cast<int>(i * kSoundShare / range.audio.size());
    if (percent != std::exchange(told, percent)) progress(percent);
  }
  if (auto ended = (*encoder)->finish(); !ended) return fail(ended);
  return frames;
}

/// Packets and the encoder's frames end where they end: what would sound after the last picture is left out.
void end_with_picture(std::vector<MovieSample>& sound, const Range& range) {
  if (range.video.empty()) return;
  const auto heard = to_ticks(range.end_ns - range.start_ns(), kAudioRate);
  const auto frames =
      static_cast<std::size_t>((heard + pipelines::kAacFrame / 2) / pipelines::kAacFrame + kPrimingFrames);
  if (sound.size() > frames) sound.resize(frames);
}

/// A second of pictures, a second of sound, and so on.
std::vector<MovieChunk> interleave(const Movie& movie) {
  std::vector<MovieChunk> chunks;
  std::size_t next[2] = {0, 0};
  std::uint64_t ticks[2] = {0, 0};
  const std::vector<MovieSample>* const tracks[2] = {&movie.video, &movie.audio};
  const std::uint32_t rates[2] = {kVideoRate, kAudioRate};
  for (std::uint64_t second = 1; next[0] < movie.video.size() || next[1] < movie.audio.size(); ++second) {
    for (std::uint32_t t = 0; t < 2; ++t) {
      MovieChunk chunk{t == 0 ? kVideoTrack : kAudioTrack, static_cast<std::uint32_t>(next[t]), 0, 0};
      while (next[t] < tracks[t]->size() && ticks[t] < second * rates[t]) {
        const auto& sample = (*tracks[t])[next[t]++];
        ticks[t] += sample.duration;
        chunk.size += sample.size;
        ++chunk.count;
      }
      if (chunk.count > 0) chunks.push_back(chunk);
    }
  }
  return chunks;
}

/// Writes and hashes at the same time.
class HashedFile {
 public:
  explicit HashedFile(File file) : file_(std::move(file)), sum_(g_checksum_new(G_CHECKSUM_SHA256)) {}
  Result<void> write(Bytes data) {
    g_checksum_update(sum_.get(), data.data(), static_cast<gssize>(data.size()));
    size_ += data.size();
    return file_.write(data);
  }
  Result<void> sync() { return file_.sync(); }
  [[nodiscard]] std::string sha256() const { return g_checksum_get_string(sum_.get()); }
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  File file_;
  glib::Unique<GChecksum, g_checksum_free> sum_;
  std::uint64_t size_ = 0;
};

Result<void> copy_video(const Range& range, const MovieChunk& chunk, SampleReader& reader, HashedFile& out) {
  for (std::size_t i = chunk.first; i < chunk.first + chunk.count;) {
    // Samples that follow each other in the store are copied in one go.
    const auto& first = range.video[i];
    std::uint64_t size = 0;
    while (i < chunk.first + chunk.count && range.video[i].file == first.file &&
           range.video[i].offset == first.offset + size && size < kCopyPiece) {
      size += range.video[i++].size;
    }
    auto bytes = reader.read(first.file, first.offset, size);
    if (!bytes) return fail(bytes);
    if (auto written = out.write(*bytes); !written) return written;
  }
  return {};
}

Result<void> copy_media(const Range& range, const Movie& movie, const File& sound, HashedFile& out,
                        const Progress& progress) {
  SampleReader reader(range);
  std::uint64_t sound_at = 0;
  int told = -1;
  for (std::size_t i = 0; i < movie.chunks.size(); ++i) {
    const auto& chunk = movie.chunks[i];
    if (chunk.track == kVideoTrack) {
      if (auto copied = copy_video(range, chunk, reader, out); !copied) return copied;
    } else {
      auto bytes = sound.read_at(sound_at, chunk.size);
      if (!bytes) return fail(bytes);
      if (auto written = out.write(*bytes); !written) return written;
      sound_at += chunk.size;
    }
    const auto percent = kSoundShare + static_cast<int>(i * (100 - kSoundShare) / movie.chunks.size());
    if (percent != std::exchange(told, percent)) progress(percent);
  }
  return out.sync();
}

/// The picture in the middle: the first one often shows an empty room.
bool make_thumbnail(const Range& range, const fs::path& path) {
  std::vector<std::size_t> keyframes;
  for (std::size_t i = 0; i < range.video.size(); ++i) {
    if (range.video[i].keyframe) keyframes.push_back(i);
  }
  if (keyframes.empty()) return false;
  SampleReader reader(range);
  auto picture = reader.read(range.video[keyframes[keyframes.size() / 2]]);
  auto jpeg = picture ? pipelines::thumbnail(*picture) : Result<Buffer>(fail(picture));
  auto written = jpeg ? replace_file(path, as_text(*jpeg)) : Result<void>(fail(jpeg));
  if (!written) glib::log::warning("finish", "no thumbnail: {}", written.error().message);
  return written.has_value();
}

Movie make_movie(const Range& range, std::vector<MovieSample> sound) {
  Movie movie;
  for (const auto& format : range.formats) {
    movie.parameters_change = movie.parameters_change || format.video != range.formats.front().video;
    if (!movie.format.video) movie.format.video = format.video;
  }
  movie.start_ms = range.start_ns() / kMsNs;
  movie.video = video_samples(range);
  movie.audio = std::move(sound);
  if (!movie.audio.empty()) {
    movie.format.audio = AudioFormat::aac;
    movie.audio_priming = kPrimingFrames * pipelines::kAacFrame;
  }
  movie.chunks = interleave(movie);
  return movie;
}

Result<void> prepare_folder(const fs::path& output) {
  std::error_code error;
  fs::create_directories(output.parent_path(), error);
  if (error) return fail(Errc::unavailable, "{}: {}", output.parent_path().string(), error.message());
  return {};
}

fs::path beside(const fs::path& path, const char* suffix) {
  auto name = path;
  name += suffix;
  return name;
}

}  // namespace

Result<Finished> finish(const FinishJob& job, const Progress& progress) {
  auto range = read_range(job.room, job.from_ms, job.until_ms);
  if (!range) return fail(range);
  if (auto prepared = prepare_folder(job.output); !prepared) return fail(prepared);
  Draft sound_draft(beside(job.output, ".sound"));
  auto sound_file = sound_draft.open(O_RDWR);
  if (!sound_file) return fail(sound_file);
  std::vector<MovieSample> sound;
  if (!range->audio.empty()) {
    auto encoded = encode_sound(*range, *sound_file, progress);
    if (!encoded) return fail(encoded);
    sound = std::move(*encoded);
    end_with_picture(sound, *range);
  }
  const auto movie = make_movie(*range, std::move(sound));
  Draft draft(beside(job.output, ".part"));
  auto file = draft.open(O_WRONLY);
  if (!file) return fail(file);
  HashedFile out(std::move(*file));
  if (auto written = out.write(write_movie_head(movie)); !written) return fail(written);
  if (auto copied = copy_media(*range, movie, *sound_file, out, progress); !copied) return fail(copied);
  if (auto kept = draft.keep_as(job.output); !kept) return fail(kept);
  Finished finished;
  finished.size = out.size();
  finished.start_ms = movie.start_ms;
  finished.duration_ms = duration_ms(movie);
  finished.frames = movie.video.size();
  for (const auto& format : range->formats) {
    if (!format.video || finished.width != 0) continue;
    finished.width = format.video->size.width;
    finished.height = format.video->size.height;
  }
  finished.sha256 = out.sha256();
  finished.thumbnail = make_thumbnail(*range, fs::path(job.output).replace_extension(".jpg"));
  finished.gaps = range->gaps;
  progress(100);
  return finished;
}

fs::path recording_path(std::string_view room, std::int64_t start_ms) {
  constexpr std::int64_t kMsPerSecond = 1000;
  const auto seconds = static_cast<time_t>(start_ms / kMsPerSecond);
  struct tm local = {};
  localtime_r(&seconds, &local);
  char day[16];
  char time[16];
  strftime(day, sizeof day, "%Y-%m-%d", &local);
  strftime(time, sizeof time, "%H-%M-%S", &local);
  return fs::path("recordings") / room / day / fmt::format("{}_{}.mp4", room, time);
}

}  // namespace classcast::recorder
