// SPDX-License-Identifier: MIT
#include "recorder/playlist.hpp"

#include "recorder/seam.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

namespace classcast::recorder {

namespace {

/// Fragments that touch each other may differ by so much; with more, another capture has begun.
constexpr std::int64_t kTouchMs = 20;
/// CAN-SKIP-UNTIL is at least six target durations (RFC 8216bis §4.4.3.8).
constexpr std::int64_t kSkipTargets = 6;

std::string date_time(std::int64_t ms) {
  const auto seconds = static_cast<time_t>(ms / 1000);
  struct tm utc = {};
  gmtime_r(&seconds, &utc);
  char text[32];
  strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  return fmt::format("{}.{:03}Z", text, ms % 1000);
}

/// Groups of fragments that begin with a keyframe and are long enough.
class Grouper {
 public:
  explicit Grouper(std::vector<HlsSegment>& out) : out_(out) {}

  void add(const StoredFile& file, const IndexEntry& entry, const std::string& init) {
    if (entry.entry && (!open_ || group_.end_ms - group_.start_ms >= kSegmentMs)) {
      close();
      group_ = {file.start_ms, entry.offset, 0, entry.start_ms, entry.end_ms, entry.session, init};
      open_ = true;
    }
    if (!open_) return;
    group_.size = entry.offset + entry.size - group_.offset;
    group_.end_ms = std::max(group_.end_ms, entry.end_ms);
  }
  void close() {
    if (!open_) return;
    open_ = false;
    if (!out_.empty()) {
      // Each session tells the time by itself, and not quite as the others do.
      const auto& last = out_.back();
      const bool touches = std::abs(group_.start_ms - last.end_ms) <= kTouchMs;
      group_.discontinuity = group_.discontinuity || !touches || group_.init != last.init;
    } else {
      group_.discontinuity = false;
    }
    out_.push_back(group_);
  }

 private:
  std::vector<HlsSegment>& out_;
  HlsSegment group_;
  bool open_ = false;
};

std::int64_t target_duration(std::span<const HlsSegment> segments) {
  std::int64_t longest = kSegmentMs;
  for (const auto& segment : segments) longest = std::max(longest, segment.end_ms - segment.start_ms);
  return (longest + 999) / 1000;
}

/// How many of the oldest a player that asks for a delta update has already.
std::size_t skippable(std::span<const HlsSegment> segments, std::int64_t until_ms) {
  std::int64_t left = 0;
  for (std::size_t i = segments.size(); i > 0; --i) {
    left += segments[i - 1].end_ms - segments[i - 1].start_ms;
    if (left > until_ms) return i - 1;
  }
  return 0;
}

}  // namespace

std::vector<HlsSegment> segments_of(std::span<const StoredFile> files, const InitOf& init_of) {
  std::vector<HlsSegment> segments;
  Grouper grouper(segments);
  const StoredFile* file = nullptr;
  std::string init;
  for (const auto& line : placed(files)) {
    if (line.repeated) continue;
    if (line.file != file) {
      // Only the newest file may still grow in its last group.
      grouper.close();
      init = init_of(*line.file);
      file = line.file;
    }
    if (line.entry->kind == IndexEntry::Kind::fragment) {
      grouper.add(*file, *line.entry, init);
    } else {
      grouper.close();
    }
  }
  return segments;
}

std::vector<Gap> gaps_of(std::span<const StoredFile> files) {
  std::vector<Gap> gaps;
  for (const auto& file : files) {
    for (const auto& entry : file.entries) {
      if (entry.kind == IndexEntry::Kind::gap) gaps.push_back({entry.start_ms, entry.end_ms, entry.cause});
    }
  }
  return gaps;
}

std::string segment_name(const HlsSegment& segment) {
  return fmt::format("{}-{}-{}.m4s", segment.file_ms, segment.offset, segment.size);
}

std::string init_name(std::int64_t file_ms) {
  return fmt::format("{}-init.mp4", file_ms);
}

std::string write_playlist(std::span<const HlsSegment> segments, const PlaylistOptions& options) {
  const auto target = target_duration(segments);
  const auto until = kSkipTargets * target;
  std::string out = fmt::format(
      "#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-TARGETDURATION:{}\n"
      "#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL={}.0\n#EXT-X-MEDIA-SEQUENCE:{}\n"
      "#EXT-X-DISCONTINUITY-SEQUENCE:{}\n",
      target, until, options.first_number, options.first_discontinuity);
  const auto skip = options.skip ? skippable(segments, until * 1000) : 0;
  if (skip > 0) out += fmt::format("#EXT-X-SKIP:SKIPPED-SEGMENTS={}\n", skip);
  std::string init = skip > 0 ? segments[skip - 1].init : std::string();
  for (const auto& segment : segments.subspan(skip)) {
    if (segment.discontinuity) out += "#EXT-X-DISCONTINUITY\n";
    if (segment.init != init || segment.discontinuity)
      out += fmt::format("#EXT-X-MAP:URI=\"{}\"\n", init_name(segment.file_ms));
    init = segment.init;
    out += fmt::format("#EXT-X-PROGRAM-DATE-TIME:{}\n#EXTINF:{}.{:03},\n{}\n", date_time(segment.start_ms),
                       (segment.end_ms - segment.start_ms) / 1000, (segment.end_ms - segment.start_ms) % 1000,
                       segment_name(segment));
  }
  return out;
}

}  // namespace classcast::recorder
