// SPDX-License-Identifier: MIT
// Supervisor: the classroom's camera, microphone, uplink and control channel, each of which fails and
// recovers alone, and the truth about them for the server and the service manager.
#pragma once

#include "classroom/control_channel.hpp"
#include "classroom/rate_meter.hpp"
#include "classroom/source_runner.hpp"
#include "classroom/uplink.hpp"
#include "device/settings.hpp"
#include "glib/source.hpp"

#include <functional>
#include <memory>
#include <string>

namespace classcast::classroom {

using device::CameraChoice;
using device::Settings;

class Supervisor {
 public:
  explicit Supervisor(const Settings& settings);

  void start();
  /// Ends the WHIP session and the graphs; `done` follows when the server knows.
  void stop(std::function<void()> done);
  /// True when every graph has been taken down within `limit`; a hung sound server may prevent it.
  bool wait_stopped(Duration limit);

 private:
  SourceRunner::Parts camera_parts(const CameraChoice& choice);
  SourceRunner::Parts microphone_parts(const pipelines::MicrophoneSettings& settings);
  void explain_camera_fault(pipelines::Fault fault, const SourceRunner::Answer& answer);
  void welcome(const protocol::Welcome& welcome);
  void tick();
  void report();
  void feed_watchdog();
  protocol::Heartbeat heartbeat(Instant at);
  protocol::CameraReport camera_report(Instant at) const;
  protocol::MicrophoneReport microphone_report(Instant at) const;
  protocol::UplinkReport uplink_report() const;

  const Settings settings_;
  const Instant started_ = now();
  pipelines::Track video_{pipelines::MediaKind::video};
  pipelines::Track audio_{pipelines::MediaKind::audio};
  // Read on the camera's worker, changed here when the camera refuses a transport.
  std::shared_ptr<std::atomic<pipelines::CameraTransport>> transport_;
  std::unique_ptr<SourceRunner> camera_;
  std::unique_ptr<SourceRunner> microphone_;
  Ref<SoupSession> session_;
  Uplink uplink_;
  ControlChannel channel_;
  RateMeter frames_;
  RateMeter video_bytes_;
  RateMeter uplink_bytes_;
  std::string room_;
  std::string shown_status_;
  std::int64_t seq_ = 0;
  bool stopping_ = false;
  glib::Timer tick_timer_;
  glib::Timer heartbeat_timer_;
  glib::Timer watchdog_timer_;
};

}  // namespace classcast::classroom
