// SPDX-License-Identifier: MIT
#include "recorder/fragment.hpp"

#include <algorithm>

namespace classcast::recorder {

namespace {

// ISO/IEC 14496-12 §8.8.7 and §8.8.8.
constexpr std::uint32_t kBaseIsMoof = 0x020000;
constexpr std::uint32_t kDataOffset = 0x000001;
constexpr std::uint32_t kDurations = 0x000100;
constexpr std::uint32_t kSizes = 0x000200;
constexpr std::uint32_t kFlags = 0x000400;
constexpr std::uint32_t kRunFlags = kDataOffset | kDurations | kSizes | kFlags;
// §8.8.3.1: depends on no other sample; depends on others and is no place to begin.
constexpr std::uint32_t kSync = 0x0200'0000;
constexpr std::uint32_t kNotSync = 0x0101'0000;
constexpr std::uint32_t kNotSyncBit = 0x0001'0000;
/// More samples than this in a fragment are not ours.
constexpr std::uint32_t kMaxSamples = 10'000;

std::uint32_t rate_of(std::uint32_t track) {
  return track == kVideoTrack ? kVideoRate : kAudioRate;
}

std::int64_t end_of(const std::vector<Sample>& samples, std::uint32_t rate) {
  return samples.empty() ? INT64_MIN : samples.back().time_ns + to_ns(samples.back().duration, rate);
}

void write_empty_tables(BoxWriter& out) {
  for (const auto* type : {"stts", "stsc", "stco"}) {
    out.begin_full(type, 0, 0);
    out.u32(0);
    out.end();
  }
  out.begin_full("stsz", 0, 0);
  out.zeros(8);
  out.end();
}

void write_init_track(BoxWriter& out, std::uint32_t track, const Format& format) {
  out.begin("trak");
  write_track_header(out, track, {}, track == kVideoTrack ? format.video->size : PictureSize{});
  out.begin("mdia");
  write_media_head(out, track, 0, rate_of(track), 0);
  out.begin("minf");
  write_media_information(out, track);
  out.begin("stbl");
  out.begin_full("stsd", 0, 0);
  out.u32(1);
  if (track == kVideoTrack) {
    write_video_entry(out, "avc3", *format.video);
  } else {
    write_audio_entry(out, *format.audio);
  }
  out.end();
  write_empty_tables(out);
  out.end();
  out.end();
  out.end();
  out.end();
}

void write_extends(BoxWriter& out, std::uint32_t track) {
  out.begin_full("trex", 0, 0);
  out.u32(track);
  out.u32(1);
  out.zeros(12);
  out.end();
}

/// Returns where the data offset stands, to be filled in when the size of the moof is known.
std::size_t write_run(BoxWriter& out, const std::vector<Sample>& samples) {
  out.begin_full("trun", 0, kRunFlags);
  out.u32(static_cast<std::uint32_t>(samples.size()));
  const auto offset_at = out.size();
  out.u32(0);
  for (const auto& sample : samples) {
    out.u32(sample.duration);
    out.u32(static_cast<std::uint32_t>(sample.data.size()));
    out.u32(sample.keyframe ? kSync : kNotSync);
  }
  out.end();
  return offset_at;
}

std::size_t write_track_fragment(BoxWriter& out, std::uint32_t track, const std::vector<Sample>& samples) {
  out.begin("traf");
  out.begin_full("tfhd", 0, kBaseIsMoof);
  out.u32(track);
  out.end();
  out.begin_full("tfdt", 1, 0);
  out.u64(static_cast<std::uint64_t>(to_ticks(samples.front().time_ns, rate_of(track))));
  out.end();
  const auto offset_at = write_run(out, samples);
  out.end();
  return offset_at;
}

std::size_t bytes_of(const std::vector<Sample>& samples) {
  std::size_t size = 0;
  for (const auto& sample : samples) size += sample.data.size();
  return size;
}

}  // namespace

std::int64_t Fragment::start_ns() const {
  if (video.empty()) return audio.empty() ? 0 : audio.front().time_ns;
  return video.front().time_ns;
}

std::int64_t Fragment::end_ns() const {
  return video.empty() ? end_of(audio, kAudioRate) : end_of(video, kVideoRate);
}

Buffer write_init(const Format& format) {
  BoxWriter out;
  out.begin("ftyp");
  out.text("iso6");
  out.u32(0);
  out.text("iso6cmfcmp41");
  out.end();
  out.begin("moov");
  write_movie_header(out, {});
  if (format.video) write_init_track(out, kVideoTrack, format);
  if (format.audio) write_init_track(out, kAudioTrack, format);
  out.begin("mvex");
  if (format.video) write_extends(out, kVideoTrack);
  if (format.audio) write_extends(out, kAudioTrack);
  out.end();
  out.end();
  return std::move(out.buffer());
}

Buffer write_fragment(const Fragment& fragment, std::uint32_t number) {
  BoxWriter out;
  out.begin("moof");
  out.begin_full("mfhd", 0, 0);
  out.u32(number);
  out.end();
  std::size_t video_at = 0;
  std::size_t audio_at = 0;
  if (!fragment.video.empty()) video_at = write_track_fragment(out, kVideoTrack, fragment.video);
  if (!fragment.audio.empty()) audio_at = write_track_fragment(out, kAudioTrack, fragment.audio);
  out.end();
  const auto data = out.size() + kBoxHead;
  const auto video_size = bytes_of(fragment.video);
  if (video_at != 0) out.patch_u32(video_at, static_cast<std::uint32_t>(data));
  if (audio_at != 0) out.patch_u32(audio_at, static_cast<std::uint32_t>(data + video_size));
  out.buffer().reserve(data + video_size + bytes_of(fragment.audio));
  out.begin("mdat");
  for (const auto& sample : fragment.video) out.bytes(sample.data);
  for (const auto& sample : fragment.audio) out.bytes(sample.data);
  out.end();
  return std::move(out.buffer());
}

namespace {

/// The version and flags of a FullBox; moves past them.
std::optional<std::uint32_t> flags_of(Reader& reader) {
  auto word = reader.u32();
  return word ? std::optional(*word & 0xffffff) : std::nullopt;
}

bool read_samples(Reader& run, std::int64_t ticks, std::uint32_t rate, std::vector<StoredSample>& out) {
  auto flags = flags_of(run);
  auto count = run.u32();
  auto offset = run.u32();
  if (flags != kRunFlags || !count || *count > kMaxSamples || !offset) return false;
  std::uint64_t at = *offset;
  for (std::uint32_t i = 0; i < *count; ++i) {
    auto duration = run.u32();
    auto size = run.u32();
    auto sample_flags = run.u32();
    if (!duration || !size || !sample_flags) return false;
    out.push_back({to_ns(ticks, rate), *duration, *size, at, (*sample_flags & kNotSyncBit) == 0});
    ticks += *duration;
    at += *size;
  }
  return true;
}

bool read_track_fragment(Bytes traf, StoredFragment& out) {
  auto header = find_box(traf, "tfhd");
  auto time = find_box(traf, "tfdt");
  auto run = find_box(traf, "trun");
  if (!header || !time || !run) return false;
  Reader head(*header);
  auto flags = flags_of(head);
  auto track = head.u32();
  Reader decode(*time);
  auto version = flags_of(decode);
  auto ticks = decode.u64();
  if (flags != kBaseIsMoof || !version || !ticks || (track != kVideoTrack && track != kAudioTrack))
    return false;
  Reader samples(*run);
  return read_samples(samples, static_cast<std::int64_t>(*ticks), rate_of(*track),
                      track == kVideoTrack ? out.video : out.audio);
}

std::uint32_t number_of(Bytes mfhd) {
  Reader reader(mfhd);
  reader.skip(4);
  return reader.u32().value_or(0);
}

/// ISO/IEC 14496-15 §5.3.3.1, as write_video_entry writes it.
std::optional<ParameterSets> read_avc_configuration(Bytes entry) {
  constexpr std::size_t kVisualEntry = 78;
  if (entry.size() < kVisualEntry) return std::nullopt;
  auto configuration = find_box(entry.subspan(kVisualEntry), "avcC");
  if (!configuration) return std::nullopt;
  Reader reader(*configuration);
  reader.skip(6);
  auto sps_size = reader.u16();
  auto sps = reader.bytes(sps_size.value_or(0));
  reader.skip(1);
  auto pps_size = reader.u16();
  auto pps = reader.bytes(pps_size.value_or(0));
  if (!sps || !pps) return std::nullopt;
  return ParameterSets{{sps->begin(), sps->end()}, {pps->begin(), pps->end()}};
}

std::optional<Bytes> sample_entries(Bytes trak) {
  auto box = find_box(trak, "mdia");
  for (const auto* type : {"minf", "stbl", "stsd"}) {
    if (box) box = find_box(*box, type);
  }
  constexpr std::size_t kHead = 8;
  if (!box || box->size() < kHead) return std::nullopt;
  return box->subspan(kHead);
}

}  // namespace

Result<StoredFragment> read_fragment(Bytes moof) {
  StoredFragment fragment;
  BoxReader boxes(moof);
  while (auto box = boxes.next()) {
    if (box->type == "mfhd") fragment.number = number_of(box->body);
    if (box->type == "traf" && !read_track_fragment(box->body, fragment)) {
      return fail(Errc::invalid, "a fragment is not one of ours");
    }
  }
  if (boxes.left() != 0) return fail(Errc::invalid, "a fragment was cut");
  if (fragment.video.empty() && fragment.audio.empty()) return fail(Errc::invalid, "an empty fragment");
  return fragment;
}

std::int64_t end_ns_of(const StoredFragment& fragment) {
  const auto& samples = fragment.video.empty() ? fragment.audio : fragment.video;
  const auto rate = fragment.video.empty() ? kAudioRate : kVideoRate;
  return samples.back().time_ns + to_ns(samples.back().duration, rate);
}

Result<Format> read_format(Bytes moov) {
  Format format;
  BoxReader boxes(moov);
  while (auto box = boxes.next()) {
    if (box->type != "trak") continue;
    auto entries = sample_entries(box->body);
    auto video = entries ? find_box(*entries, "avc3") : std::nullopt;
    auto sets = video ? read_avc_configuration(*video) : std::nullopt;
    if (sets) {
      auto size = picture_size(sets->sps);
      if (size) format.video = VideoFormat{*sets, *size};
    } else if (entries && find_box(*entries, "Opus")) {
      format.audio = AudioFormat::opus;
    }
  }
  if (!format.video && !format.audio) return fail(Errc::invalid, "no track that is known here");
  return format;
}

}  // namespace classcast::recorder
