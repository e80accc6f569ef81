// SPDX-License-Identifier: MIT
// Supervisor: the classroom's camera, microphone, uplinks and control channel, each of which fails and
// recovers alone, and the truth about them for the server and the service manager.
#pragma once

#include "classroom/camera_source.hpp"
#include "classroom/clock_watch.hpp"
#include "classroom/control_channel.hpp"
#include "classroom/media_health.hpp"
#include "classroom/microphone_source.hpp"
#include "classroom/network_watch.hpp"
#include "classroom/remote_doctor.hpp"
#include "classroom/reporter.hpp"
#include "classroom/still_sender.hpp"
#include "classroom/uplink.hpp"
#include "device/settings.hpp"
#include "device/status_file.hpp"
#include "glib/scope.hpp"
#include "glib/source.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace classcast::classroom {

using device::Settings;

class Supervisor {
 public:
  /// The file that the settings are read from, for others who read it.
  explicit Supervisor(std::string config_file);

  /// Starts everything, or changes what these settings change and leaves the rest alone.
  void apply(const Settings& settings);
  /// Ends the WHIP sessions and the graphs; `done` follows when the server knows.
  void stop(const std::function<void()>& done);
  /// True when every graph has been taken down within `limit`; a hung sound server may prevent it.
  bool wait_stopped(Duration limit);

 private:
  void start_timers();
  void apply_uplinks(const Settings& settings);
  void welcome(const protocol::Welcome& welcome);
  void grant(const protocol::PublishGrant& grant);
  void command(const protocol::Command& command);
  void answer(const std::string& id, bool ok, const std::string& text);
  void tick();
  void make_still(Instant at);
  void watch_clock(Instant at);
  void network_changed();
  void report();
  void leave_status(const protocol::Heartbeat& message);
  void feed_watchdog();
  bool healthy(Instant at);

  Settings settings_;
  bool applied_ = false;
  CameraSource camera_;
  CameraSource low_camera_;
  MicrophoneSource microphone_;
  Ref<SoupSession> session_;
  Uplink uplink_;
  Uplink low_uplink_;
  ControlChannel channel_;
  StillSender stills_;
  RemoteDoctor doctor_;
  Reporter reporter_;
  ClockWatch clock_;
  MediaHealth health_;
  NetworkWatch network_;
  std::string room_;
  std::optional<Duration> still_every_;  // as the server wishes; none: it takes no stills
  std::string shown_status_;
  std::filesystem::path status_file_ = device::own_status_file();
  bool stopping_ = false;
  glib::Timer tick_timer_;
  glib::Timer uplink_timer_;
  glib::Timer heartbeat_timer_;
  glib::Timer watchdog_timer_;
  glib::Scope scope_;
};

}  // namespace classcast::classroom
