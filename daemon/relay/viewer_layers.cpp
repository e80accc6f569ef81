// SPDX-License-Identifier: MIT
// Which of the room's tracks a viewer gets, and how it is moved from one layer to another: at a keyframe,
// with numbers that go on, on one time line.
#include "relay/viewer.hpp"

#include <algorithm>
#include <cmath>

namespace classcast::relay {

namespace {

constexpr double kTickBase_ns = 1e9;

std::uint32_t in_ticks(Duration time, std::uint32_t clock_rate) {
  auto units = static_cast<double>(time.count()) * clock_rate / kTickBase_ns;
  return static_cast<std::uint32_t>(static_cast<std::int64_t>(units));
}

/// The RTP timestamp that the track's clock shows now: by its sender reports, or by its newest packet.
std::optional<std::uint32_t> clock_now(const Track& track, Instant now) {
  if (track.demand().flowing()) {
    auto newest = track.cache().newest();
    auto packet = newest ? track.cache().find(*newest) : std::nullopt;
    if (packet)
      return packet->timestamp + in_ticks(now - packet->arrival, track.negotiated().codec.clock_rate);
  }
  auto point = track.reception().clock_point(now);
  return point ? std::optional(point->rtp_time) : std::nullopt;
}

/// The timestamp of `other` for the moment at which `track` shows `timestamp`, when both are of one machine:
/// its sender reports tie them to the same clock.
std::optional<std::uint32_t> same_moment(const Track& track, const Track& other, Instant now) {
  constexpr double kApart_s = 1;  // clocks that are further apart are two machines'
  auto mine = track.reception().clock_point(now);
  auto theirs = other.reception().clock_point(now);
  if (!mine || !theirs) return std::nullopt;
  auto apart = std::ldexp(static_cast<double>(static_cast<std::int64_t>(mine->ntp - theirs->ntp)), -32);
  if (std::abs(apart) > kApart_s) return std::nullopt;
  auto shift = apart * other.negotiated().codec.clock_rate;
  return theirs->rtp_time + static_cast<std::uint32_t>(static_cast<std::int64_t>(shift));
}

}  // namespace

bool Viewer::fits(const Sources& sources) const {
  return std::all_of(lines_.begin(), lines_.end(), [&](const Line& line) {
    if (line.track.kind == rtc::MediaKind::video)
      return sources.pictures.empty() || !usable(line, sources).empty();
    return sources.sound == nullptr || rtc::compatible(sources.sound->negotiated().codec, line.track.codec);
  });
}

std::vector<Picture> Viewer::usable(const Line& line, const Sources& sources) const {
  std::vector<Picture> pictures;
  std::copy_if(sources.pictures.begin(), sources.pictures.end(), std::back_inserter(pictures),
               [&](const Picture& picture) {
                 return rtc::compatible(picture.track->negotiated().codec, line.track.codec);
               });
  return pictures;
}

void Viewer::take_sources(const Sources& sources, Instant now) {
  sources_ = sources;
  for (auto& line : lines_) {
    drop_lost_sources(line);
    if (line.track.kind == rtc::MediaKind::audio) choose_sound(line, now);
  }
  review(now);
  handle_timeout(now);
}

void Viewer::drop_lost_sources(Line& line) {
  auto there = [this](const Track* track) {
    auto same = [track](const Picture& picture) { return picture.track == track; };
    return track != nullptr &&
           (track == sources_.sound || std::any_of(sources_.pictures.begin(), sources_.pictures.end(), same));
  };
  if (!there(line.former)) line.former = nullptr;
  if (!there(line.target)) line.target = nullptr;
  if (there(line.source)) return;
  line.source = nullptr;
  line.replay_at.reset();
}

void Viewer::choose_sound(Line& line, Instant) {
  if (line.source == sources_.sound) return;
  line.source = sources_.sound;
  line.former = nullptr;
  line.forwarder.source_changed();
}

void Viewer::set_wish(LayerWish wish, Instant now) {
  choice_.set_wish(wish);
  review(now);
  handle_timeout(now);
}

void Viewer::review(Instant now) {
  auto* line = picture_line();
  if (line == nullptr) return;
  choose_picture(*line, now);
  plan_probe(now);
}

void Viewer::choose_picture(Line& line, Instant now) {
  auto pictures = usable(line, sources_);
  if (pictures.empty()) return;
  std::vector<LayerRate> rates;
  std::optional<std::size_t> current;
  const auto* heading = line.target != nullptr ? line.target : line.source;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    rates.push_back({pictures[i].name, pictures[i].track->rate_bps(now)});
    if (pictures[i].track == heading) current = i;
  }
  PathState path{bandwidth_.estimate_bps(now), bandwidth_.can_probe(now)};
  go_to(line, *pictures[choice_.choose(rates, current, path, now)].track, now);
}

void Viewer::go_to(Line& line, Track& track, Instant now) {
  if (&track == line.source) {
    line.target = nullptr;
    return;
  }
  auto start = track.replay_start(now);
  auto nothing_shown = line.source == nullptr || line.forwarder.waiting();
  if (nothing_shown || (start && !worth_waiting(line, track, *start, now)))
    return begin(line, track, start, now);
  line.target = &track;
  track.keyframes().need();
}

/// Whether the layer's next keyframe is here sooner than its cached group of pictures could be sent.
bool Viewer::worth_waiting(const Line& line, Track& track, std::int64_t start, Instant now) const {
  constexpr auto kAnswer = 150ms;
  constexpr double kBitsPerByte = 8;
  if (line.target != &track) track.keyframes().need();  // cheap to ask, and a browser answers at once
  std::optional<Duration> wait = track.keyframe_wait(now);
  auto listens = track.keyframes().answers() && !track.keyframes().unanswered(now);
  if (listens) wait = std::min<Duration>(wait.value_or(kAnswer), kAnswer);
  if (!wait) return false;
  auto bits = static_cast<double>(track.replay_cost(start).bytes) * kBitsPerByte;
  auto replay_s = bits / static_cast<double>(pace_bps(track, now));
  return std::chrono::duration<double>(*wait).count() <= replay_s;
}

std::uint64_t Viewer::pace_bps(const Track& track, Instant now) const {
  constexpr std::uint64_t kLeast_bps = 4'000'000;
  constexpr std::uint64_t kTimesRate = 3;
  auto estimate = bandwidth_.estimate_bps(now);
  if (!estimate) return Pacer::kUnknown_bps;
  return std::max({*estimate * 3 / 2, track.rate_bps(now) * kTimesRate, kLeast_bps});
}

void Viewer::begin(Line& line, Track& track, std::optional<std::int64_t> replay_at, Instant now) {
  if (line.source != nullptr) ++counters_.switches;
  line.forwarder.source_changed(align(line, track, replay_at, now));
  line.former = line.source;
  line.source = &track;
  line.target = nullptr;
  line.replay_at = replay_at;
  if (replay_at) {
    burst_at_ = now;
  } else {
    track.keyframes().need();
  }
}

std::optional<Forwarder::Alignment> Viewer::align(const Line& line, const Track& track,
                                                  std::optional<std::int64_t> replay_at, Instant now) const {
  constexpr std::uint32_t kLeastStep = 9;  // a tenth of a millisecond at 90 kHz
  constexpr std::uint32_t kMostStep = 90;
  constexpr auto kRoom = 40ms;         // what a cached group of pictures is squeezed into: about one frame
  constexpr auto kWakingRoom = 300ms;  // for one that a publisher sends when it is woken
  auto rate = track.negotiated().codec.clock_rate;
  auto frames = replay_at ? track.replay_cost(*replay_at).frames : 0;
  auto step = frames == 0 ? kMostStep : std::clamp(in_ticks(kRoom, rate) / frames, kLeastStep, kMostStep);
  auto shown = line.forwarder.newest_seq().has_value();
  if (shown && line.source != nullptr) {
    auto here = line.source->reception().clock_point(now);
    auto there = same_moment(*line.source, track, now);
    if (here && there)
      return Forwarder::Alignment{line.forwarder.map_timestamp(here->rtp_time) - *there, step};
  }
  auto clock = clock_now(track, now);
  // A viewer that has seen nothing needs no time line but the one that its first frames make, unless they
  // come from a publisher that is just being woken and sends old ones first.
  if (!clock || (!shown && track.demand().flowing())) return std::nullopt;
  auto base = line.forwarder.timeline(now) + (shown ? 0 : in_ticks(kWakingRoom, rate));
  return Forwarder::Alignment{base - *clock, step};
}

void Viewer::lost_picture(Line& line, Instant now) {
  auto& keyframes = line.source->keyframes();
  keyframes.need();
  // A camera that does not answer has shown its last keyframe to us: the viewer may begin there again.
  if (!keyframes.unanswered(now) || line.replay_at || now < again_at_) return;
  again_at_ = now + kReplayInterval;
  auto start = line.source->replay_start(now);
  if (!start) return;
  line.forwarder.source_changed();
  line.former = nullptr;
  line.replay_at = start;
  burst_at_ = now;
}

std::optional<LayerName> Viewer::layer() const {
  const auto* line = picture_line();
  if (line == nullptr) return std::nullopt;
  const auto* heading = line->target != nullptr ? line->target : line->source;
  for (const auto& picture : sources_.pictures) {
    if (picture.track == heading) return picture.name;
  }
  return std::nullopt;
}

std::size_t Viewer::picture_place() const {
  const auto* line = picture_line();
  return line == nullptr ? 0 : static_cast<std::size_t>(line - lines_.data());
}

bool Viewer::wants(const Track& track) const {
  return std::any_of(lines_.begin(), lines_.end(),
                     [&](const Line& line) { return line.source == &track || line.target == &track; });
}

bool Viewer::will_want(const Track& track, const Sources& sources) const {
  if (&track == sources.sound) {
    return std::any_of(lines_.begin(), lines_.end(),
                       [](const Line& line) { return line.track.kind == rtc::MediaKind::audio; });
  }
  const auto* line = picture_line();
  auto pictures = line == nullptr ? std::vector<Picture>() : usable(*line, sources);
  if (pictures.empty()) return false;
  std::vector<LayerRate> rates;
  rates.reserve(pictures.size());
  for (const auto& picture : pictures) rates.push_back({picture.name, 0});
  LayerChoice choice;
  choice.set_wish(choice_.wish());
  return pictures[choice.choose(rates, std::nullopt, {}, Instant{})].track == &track;
}

}  // namespace classcast::relay
