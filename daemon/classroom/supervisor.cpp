// SPDX-License-Identifier: MIT
#include "classroom/supervisor.hpp"

#include "base/strings.hpp"
#include "classroom/status_line.hpp"
#include "device/address_probe.hpp"
#include "device/url.hpp"
#include "glib/notify.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cmath>
#include <utility>

namespace classcast::classroom {

namespace {

constexpr Duration kTick = 500ms;
constexpr Duration kDefaultHeartbeat = 2s;
constexpr Duration kShortestHeartbeat = 500ms;
constexpr Duration kLongestHeartbeat = 10s;
constexpr Duration kProbeLimit = 3s;
// A camera or uplink graph that takes longer than this to start or stop hangs inside a library; only a
// restart of the program helps. The microphone's is left out: its worker waits for as long as a sound server
// is frozen, and the picture must go on meanwhile.
constexpr Duration kWorkerLimit = 30s;

SourceTraits camera_traits() {
  SourceTraits traits;
  traits.name = "camera";
  traits.stalled_cause = "camera is connected, but its picture has stopped";
  traits.silent_cause = "camera is connected, but sends no picture";
  traits.hung_cause = "camera does not let go of the former connection";
  return traits;
}

SourceTraits microphone_traits() {
  SourceTraits traits;
  traits.name = "microphone";
  traits.stall_after = 2s;
  traits.start_limit = 8s;
  traits.stalled_cause = "microphone sends no sound any more (suspended, or the sound server hangs)";
  traits.silent_cause = "microphone was opened, but sends no sound";
  traits.hung_cause = "the sound server does not answer";
  return traits;
}

pipelines::PublisherSettings publisher_settings(const Settings& settings) {
  pipelines::PublisherSettings publisher;
  if (settings.camera) publisher.video = settings.camera->camera.codec;
  publisher.audio = settings.microphone.has_value();
  publisher.loopback = device::is_loopback(settings.server.host);
  return publisher;
}

std::optional<std::int64_t> age_ms(const std::optional<Instant>& last, Instant at) {
  if (!last) return std::nullopt;
  return std::max<std::int64_t>(0, to_ms(at - *last));
}

std::optional<double> rounded(const std::optional<double>& dbfs) {
  if (!dbfs) return std::nullopt;
  return std::round(*dbfs * 10) / 10;
}

bool answers(Worker& worker, Instant at) {
  return worker.busy_for(at).value_or(0s) < kWorkerLimit;
}

}  // namespace

Supervisor::Supervisor(const Settings& settings)
    : settings_(settings),
      session_(device::make_session(settings.server.ca_file)),
      uplink_({session_, settings.server.url, publisher_settings(settings), video_, audio_,
               [this] { report(); }}),
      channel_(session_, settings.server,
               {[this](const protocol::Welcome& w) { welcome(w); },
                [this](const protocol::Grant& g) { uplink_.grant(g.publish); }}) {
  if (settings_.camera) {
    transport_ =
        std::make_shared<std::atomic<pipelines::CameraTransport>>(settings_.camera->camera.transport);
    camera_ = std::make_unique<SourceRunner>(camera_traits(), video_, camera_parts(*settings_.camera));
  }
  if (settings_.microphone) {
    microphone_ =
        std::make_unique<SourceRunner>(microphone_traits(), audio_, microphone_parts(*settings_.microphone));
  }
}

SourceRunner::Parts Supervisor::camera_parts(const CameraChoice& choice) {
  return {[camera = choice.camera, transport = transport_, this](pipelines::FaultHandler on_fault) mutable {
            camera.transport = *transport;
            return pipelines::make_camera(camera, video_, std::move(on_fault));
          },
          [this](pipelines::Fault fault, const SourceRunner::Answer& answer) {
            explain_camera_fault(std::move(fault), answer);
          },
          [this] { report(); }};
}

SourceRunner::Parts Supervisor::microphone_parts(const pipelines::MicrophoneSettings& settings) {
  return {[settings, this](pipelines::FaultHandler on_fault) {
            return pipelines::make_microphone(settings, audio_, std::move(on_fault));
          },
          [](pipelines::Fault fault, const SourceRunner::Answer& answer) { answer(std::move(fault)); },
          [this] { report(); }};
}

void Supervisor::explain_camera_fault(pipelines::Fault fault, const SourceRunner::Answer& answer) {
  using pipelines::CameraTransport;
  if (fault.kind == pipelines::FaultKind::transport && settings_.camera->try_both_transports) {
    *transport_ = *transport_ == CameraTransport::tcp ? CameraTransport::udp : CameraTransport::tcp;
  }
  if (fault.kind != pipelines::FaultKind::unreachable) return answer(std::move(fault));
  const bool never_worked = camera_->status().state == SourceState::connecting;
  const auto port = settings_.camera->port;
  device::probe_address(
      settings_.camera->host, port, kProbeLimit,
      [=, host = printable(settings_.camera->host), fault = std::move(fault)](const std::string& why) {
        auto explained = fault;
        if (!why.empty()) explained.text = fmt::format("camera {} {}", host, why);
        if (why.empty() && never_worked) {
          explained.text = fmt::format(
              "camera {} accepts connections on port {}, but does not answer as a camera", host, port);
        }
        answer(explained);
      });
}

void Supervisor::start() {
  if (camera_) camera_->start();
  if (microphone_) microphone_->start();
  uplink_.start();
  channel_.connect();
  tick_timer_ = glib::Timer::every(kTick, [this] { tick(); });
  heartbeat_timer_ = glib::Timer::every(kDefaultHeartbeat, [this] { report(); });
  if (auto interval = glib::notify::watchdog_interval()) {
    watchdog_timer_ = glib::Timer::every(*interval, [this] { feed_watchdog(); });
  }
}

void Supervisor::stop(std::function<void()> done) {
  stopping_ = true;
  tick_timer_.cancel();
  heartbeat_timer_.cancel();
  if (camera_) camera_->stop();
  if (microphone_) microphone_->stop();
  uplink_.stop(std::move(done));
}

bool Supervisor::wait_stopped(Duration limit) {
  const auto deadline = now() + limit;
  auto idle = [&](Worker& worker) { return worker.wait_idle(std::max<Duration>(0s, deadline - now())); };
  return idle(uplink_.worker()) && (!camera_ || idle(camera_->worker())) &&
         (!microphone_ || idle(microphone_->worker()));
}

void Supervisor::welcome(const protocol::Welcome& welcome) {
  room_ = printable(welcome.room);
  auto pace = std::clamp<Duration>(std::chrono::milliseconds(welcome.heartbeat_ms), kShortestHeartbeat,
                                   kLongestHeartbeat);
  heartbeat_timer_ = glib::Timer::every(pace, [this] { report(); });
  uplink_.grant(welcome.publish);
  report();
}

void Supervisor::tick() {
  auto at = now();
  if (camera_) camera_->tick(at);
  if (microphone_) microphone_->tick(at);
  uplink_.tick(at);
}

void Supervisor::report() {
  // "off" in a heartbeat means "not configured"; a program that ends says nothing.
  if (stopping_) return;
  auto at = now();
  auto message = heartbeat(at);
  channel_.send(message);
  auto line = status_line(room_, message, frames_.per_second());
  if (line == shown_status_) return;
  shown_status_ = line;
  glib::notify::status(line);
}

void Supervisor::feed_watchdog() {
  auto at = now();
  if (answers(uplink_.worker(), at) && (!camera_ || answers(camera_->worker(), at))) glib::notify::watchdog();
}

protocol::Heartbeat Supervisor::heartbeat(Instant at) {
  auto video = video_.stats();
  frames_.update(video.frames, at);
  video_bytes_.update(video.bytes, at);
  uplink_bytes_.update(uplink_.stats().bytes, at);
  protocol::Heartbeat message;
  message.seq = ++seq_;
  message.uptime_ms = to_ms(at - started_);
  if (camera_) message.camera = camera_report(at);
  if (microphone_) message.microphone = microphone_report(at);
  message.uplink = uplink_report();
  return message;
}

protocol::CameraReport Supervisor::camera_report(Instant at) const {
  auto stats = video_.stats();
  protocol::CameraReport report;
  report.state = camera_->status().state;
  report.cause = camera_->status().cause;
  report.frames = static_cast<std::int64_t>(stats.frames);
  report.keyframes = static_cast<std::int64_t>(stats.keyframes);
  report.last_ms = age_ms(stats.last, at);
  report.bitrate_bps = static_cast<std::int64_t>(video_bytes_.per_second() * 8);
  report.codec = settings_.camera->camera.codec == pipelines::VideoCodec::vp8 ? "VP8" : "H264";
  if (stats.width > 0) report.width = stats.width;
  if (stats.height > 0) report.height = stats.height;
  return report;
}

protocol::MicrophoneReport Supervisor::microphone_report(Instant at) const {
  auto stats = audio_.stats();
  protocol::MicrophoneReport report;
  report.state = microphone_->status().state;
  report.cause = microphone_->status().cause;
  report.frames = static_cast<std::int64_t>(stats.frames);
  report.last_ms = age_ms(stats.last, at);
  if (report.state == SourceState::live) report.level_dbfs = rounded(stats.level_dbfs);
  report.device = settings_.microphone->device.empty() ? "default" : settings_.microphone->device;
  return report;
}

protocol::UplinkReport Supervisor::uplink_report() const {
  auto stats = uplink_.stats();
  protocol::UplinkReport report;
  report.state = reported(uplink_.status().phase);
  report.cause = uplink_.status().cause;
  report.packets = static_cast<std::int64_t>(stats.packets);
  report.bytes = static_cast<std::int64_t>(stats.bytes);
  report.bitrate_bps = static_cast<std::int64_t>(uplink_bytes_.per_second() * 8);
  return report;
}

}  // namespace classcast::classroom
