// SPDX-License-Identifier: MIT
#include "classroom/reporter.hpp"

#include <algorithm>
#include <cmath>

namespace classcast::classroom {

namespace {

constexpr Duration kHostEvery = 5s;

std::optional<std::int64_t> age_ms(const std::optional<Instant>& last, Instant at) {
  if (!last) return std::nullopt;
  return std::max<std::int64_t>(0, to_ms(at - *last));
}

std::optional<std::int64_t> in_ms(const std::optional<Duration>& duration) {
  if (!duration) return std::nullopt;
  return to_ms(*duration);
}

std::optional<double> rounded(const std::optional<double>& value) {
  if (!value) return std::nullopt;
  return std::round(*value * 10) / 10;
}

std::optional<std::int64_t> known(int size) {
  return size > 0 ? std::optional<std::int64_t>(size) : std::nullopt;
}

std::int64_t bits(const RateMeter& bytes) {
  return static_cast<std::int64_t>(bytes.per_second() * 8);
}

bool flows(protocol::SourceState state) {
  return state == protocol::SourceState::live || state == protocol::SourceState::degraded;
}

}  // namespace

protocol::Heartbeat Reporter::heartbeat(Instant at, std::optional<std::int64_t> clock_offset_ms) {
  const auto stats = parts_.uplink.stats();
  measure(at, stats);
  look_at_host(at);
  protocol::Heartbeat message;
  message.seq = ++seq_;
  message.uptime_ms = to_ms(at - started_);
  if (parts_.camera.choice()) message.camera = camera(at);
  if (parts_.microphone.choice()) message.microphone = microphone(at);
  message.uplink = uplink(stats);
  message.host = host_;
  message.host->clock_offset_ms = clock_offset_ms;
  return message;
}

void Reporter::measure(Instant at, const pipelines::PublisherStats& uplink) {
  const auto video = parts_.camera.track().stats();
  frames_.update(video.frames, at);
  video_bytes_.update(video.bytes, at);
  low_bytes_.update(parts_.low_camera.track().stats().bytes, at);
  uplink_bytes_.update(uplink.bytes, at);
}

void Reporter::look_at_host(Instant at) {
  if (at < host_due_) return;
  host_due_ = at + kHostEvery;
  host_ = host_figures_.read();
}

protocol::CameraReport Reporter::camera(Instant at) const {
  const auto stats = parts_.camera.track().stats();
  protocol::CameraReport report;
  report.state = parts_.camera.status().state;
  report.cause = parts_.camera.status().cause;
  report.frames = static_cast<std::int64_t>(stats.frames);
  report.keyframes = static_cast<std::int64_t>(stats.keyframes);
  report.last_ms = age_ms(stats.last, at);
  report.bitrate_bps = bits(video_bytes_);
  report.codec = parts_.camera.choice()->camera.codec == pipelines::VideoCodec::vp8 ? "VP8" : "H264";
  report.width = known(stats.width);
  report.height = known(stats.height);
  report.keyframe_ms = in_ms(stats.keyframe_distance);
  if (parts_.low_camera.choice()) report.low = low_layer();
  return report;
}

protocol::LayerReport Reporter::low_layer() const {
  const auto stats = parts_.low_camera.track().stats();
  protocol::LayerReport report;
  report.state = parts_.low_camera.status().state;
  report.cause = parts_.low_camera.status().cause;
  report.uplink = reported(parts_.low_uplink.status());
  report.frames = static_cast<std::int64_t>(stats.frames);
  report.bitrate_bps = bits(low_bytes_);
  report.width = known(stats.width);
  report.height = known(stats.height);
  return report;
}

protocol::MicrophoneReport Reporter::microphone(Instant at) const {
  const auto stats = parts_.microphone.track().stats();
  protocol::MicrophoneReport report;
  report.state = parts_.microphone.status().state;
  report.cause = parts_.microphone.status().cause;
  report.frames = static_cast<std::int64_t>(stats.frames);
  report.last_ms = age_ms(stats.last, at);
  if (flows(report.state)) {
    report.level_dbfs = rounded(stats.level_dbfs);
    report.peak_dbfs = rounded(stats.peak_dbfs);
  }
  report.device = parts_.microphone.device();
  return report;
}

protocol::UplinkReport Reporter::uplink(const pipelines::PublisherStats& stats) const {
  protocol::UplinkReport report;
  report.state = reported(parts_.uplink.status());
  report.cause = parts_.uplink.status().cause;
  report.packets = static_cast<std::int64_t>(stats.packets);
  report.bytes = static_cast<std::int64_t>(stats.bytes);
  report.bitrate_bps = bits(uplink_bytes_);
  report.loss_percent = rounded(stats.link.loss_percent);
  report.rtt_ms = in_ms(stats.link.round_trip);
  return report;
}

}  // namespace classcast::classroom
