// SPDX-License-Identifier: MIT
#include "recorder/fragmenter.hpp"

#include <algorithm>
#include <utility>

namespace classcast::recorder {

namespace {

constexpr std::int64_t kUsualInterval = kVideoRate / 25;
/// Pictures or sounds that wait for what follows them; beyond, the oldest are let go.
constexpr std::size_t kMaxHeld = 1000;
constexpr std::size_t kMaxSound = 3000;
constexpr std::int64_t kPacketNs = 20 * kMsNs;

}  // namespace

void Fragmenter::push(Picture picture, const Arrival& arrival) {
  const auto timestamp = video_time_.unwrap(picture.timestamp);
  video_clock_.observe(timestamp, arrival.at_ns);
  last_picture_arrival_ns_ = arrival.at_ns;
  const bool squeezed = !held_.empty() && timestamp - held_.back().timestamp <= kSqueezed;
  if (!held_.empty() && (!squeezed || held_.size() >= kMaxHeld)) release(timestamp);
  if (arrival.sender_ns) video_offset_ns_ = video_clock_.at(timestamp) - *arrival.sender_ns;
  held_.push_back({timestamp, picture.keyframe, std::move(picture.data)});
  hand_out(arrival.at_ns);
}

/// The relay and the classroom send the pictures since the last keyframe a millisecond apart, so that a
/// viewer sees something at once. The last of them has its true time; the others lie before it at the usual
/// distance.
void Fragmenter::release(std::int64_t next_timestamp) {
  video_clock_.settle();
  auto interval = next_timestamp - held_.back().timestamp;
  if (interval <= kSqueezed || interval > kVideoRate) interval = kUsualInterval;
  auto step_ns = to_ns(interval, kVideoRate);
  const auto last_ns = video_clock_.at(held_.back().timestamp);
  const auto count = static_cast<std::int64_t>(held_.size());
  if (last_video_ns_ && count > 1) step_ns = std::clamp((last_ns - *last_video_ns_) / count, kMsNs, step_ns);
  auto time_ns = last_ns - (count - 1) * step_ns;
  for (auto& picture : std::exchange(held_, {})) {
    add_video(time_ns, std::move(picture));
    time_ns += step_ns;
  }
}

void Fragmenter::add_video(std::int64_t time_ns, Held picture) {
  if (last_video_ns_) {
    time_ns = std::max(time_ns, *last_video_ns_ + kMsNs);
    step_ns_ = std::min(time_ns - *last_video_ns_, kLateSoundNs);
  }
  last_video_ns_ = time_ns;
  if (!open_.video.empty() && (picture.keyframe || time_ns - open_.start_ns() >= kLengthNs)) close(time_ns);
  open_.video.push_back({time_ns, 0, picture.keyframe, std::move(picture.data)});
}

void Fragmenter::push_audio(std::uint32_t timestamp, Buffer packet, const Arrival& arrival) {
  const auto duration = opus_duration(packet);
  if (duration == 0) return;
  if (last_picture_arrival_ns_ == 0) last_picture_arrival_ns_ = arrival.at_ns;
  last_sound_arrival_ns_ = arrival.at_ns;
  const auto unwrapped = audio_time_.unwrap(timestamp);
  audio_clock_.observe(unwrapped, arrival.at_ns);
  audio_clock_.settle();
  // Lips and voice: both tracks keep the distance that the sender's clock gives them (RFC 3550 §6.4.1).
  if (arrival.sender_ns && video_offset_ns_)
    audio_clock_.agree(unwrapped, *arrival.sender_ns + *video_offset_ns_);
  const auto time_ns = audio_clock_.at(unwrapped);
  if (last_audio_ns_ && time_ns < *last_audio_ns_ + 2 * kMsNs) return;
  last_audio_ns_ = time_ns;
  sound_.push_back({time_ns, duration, true, std::move(packet)});
  if (sound_.size() > kMaxSound) sound_.pop_front();
  const bool without_picture = arrival.at_ns - last_picture_arrival_ns_ > kPatienceNs;
  if (without_picture && time_ns - sound_.front().time_ns >= kLengthNs) return flush();
  hand_out(arrival.at_ns);
}

void Fragmenter::flush() {
  close_open();
  while (!closed_.empty()) hand_out_oldest();
}

void Fragmenter::close_open() {
  if (!held_.empty()) release(held_.back().timestamp + kUsualInterval);
  if (open_.video.empty()) {
    if (!sound_.empty()) close(sound_.back().time_ns + kMsNs);
    return;
  }
  close(open_.video.back().time_ns + step_ns_);
}

void Fragmenter::close(std::int64_t until_ns) {
  stamp_durations(open_.video, until_ns, kVideoRate);
  closed_.push_back(
      {std::move(open_.video), until_ns, std::max(last_picture_arrival_ns_, last_sound_arrival_ns_)});
  open_ = {};
}

bool Fragmenter::heard_within(std::int64_t time_ns, std::int64_t now_ns) const {
  return last_audio_ns_ && now_ns - last_sound_arrival_ns_ < time_ns;
}

void Fragmenter::hand_out(std::int64_t now_ns) {
  const auto complete = [&](const Closed& closed) {
    return !heard_within(kLateSoundNs, now_ns) || now_ns - closed.at_ns >= kLateSoundNs ||
           *last_audio_ns_ >= closed.until_ns;
  };
  while (!closed_.empty() && complete(closed_.front())) hand_out_oldest();
}

void Fragmenter::hand_out_oldest() {
  auto closed = std::move(closed_.front());
  closed_.pop_front();
  Fragment fragment{std::move(closed.video), {}};
  while (!sound_.empty() && sound_.front().time_ns < closed.until_ns) {
    fragment.audio.push_back(std::move(sound_.front()));
    sound_.pop_front();
  }
  if (!fragment.audio.empty()) {
    const auto& last = fragment.audio.back();
    stamp_durations(fragment.audio, last.time_ns + to_ns(last.duration, kAudioRate), kAudioRate);
  }
  done_(std::move(fragment));
}

bool Fragmenter::waits_for_sound(std::int64_t now_ns) const {
  if (!heard_within(kHeldUpNs, now_ns) || held_.empty() || !last_video_ns_) return false;
  const auto picture_ns = video_clock_.at(held_.back().timestamp);
  const auto step_ns = std::clamp<std::int64_t>(picture_ns - *last_video_ns_, 0, kLateSoundNs);
  return *last_audio_ns_ < picture_ns + step_ns - kPacketNs;
}

/// From tick to tick, so that the roundings of a file do not add up.
void Fragmenter::stamp_durations(std::vector<Sample>& samples, std::int64_t next_ns, std::uint32_t rate) {
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto end = i + 1 < samples.size() ? samples[i + 1].time_ns : next_ns;
    samples[i].duration =
        static_cast<std::uint32_t>(to_ticks(end, rate) - to_ticks(samples[i].time_ns, rate));
  }
}

namespace {

/// RFC 6716 table 2, in samples at 48 kHz.
std::uint32_t frame_samples(unsigned configuration) {
  constexpr std::uint32_t kSilk[] = {480, 960, 1920, 2880};
  constexpr std::uint32_t kHybrid[] = {480, 960};
  constexpr std::uint32_t kCelt[] = {120, 240, 480, 960};
  if (configuration < 12) return kSilk[configuration % 4];
  if (configuration < 16) return kHybrid[configuration % 2];
  return kCelt[configuration % 4];
}

}  // namespace

std::uint32_t opus_duration(Bytes packet) {
  constexpr std::uint32_t kLongest = 5760;  // RFC 6716 §3.2.5: 120 ms
  if (packet.empty()) return 0;
  const auto samples = frame_samples(packet[0] >> 3);
  std::uint32_t frames = 1;
  switch (packet[0] & 3) {
    case 0:
      break;
    case 3:
      frames = packet.size() > 1 ? packet[1] & 0x3f : 0;
      break;
    default:
      frames = 2;
  }
  const auto duration = samples * frames;
  return duration <= kLongest ? duration : 0;
}

}  // namespace classcast::recorder
