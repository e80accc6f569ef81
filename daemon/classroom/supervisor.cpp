// SPDX-License-Identifier: MIT
#include "classroom/supervisor.hpp"

#include "base/strings.hpp"
#include "classroom/status_line.hpp"
#include "device/url.hpp"
#include "glib/log.hpp"
#include "glib/notify.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace classcast::classroom {

namespace log = glib::log;

namespace {

constexpr Duration kTick = 500ms;
/// How soon a dead relay is noticed decides how much of a recording is lost.
constexpr Duration kUplinkTick = 250ms;
constexpr Duration kDefaultHeartbeat = 2s;
constexpr Duration kShortestHeartbeat = 500ms;
constexpr Duration kLongestHeartbeat = 10s;
constexpr Duration kShortestStill = 2s;
// A camera or uplink graph that takes longer than this to start or stop hangs inside a library; only a
// restart of the program helps. The microphone's is left out: its worker waits for as long as a sound server
// is frozen, and the picture must go on meanwhile.
constexpr Duration kWorkerLimit = 30s;

pipelines::PublisherSettings publisher_settings(const Settings& settings) {
  pipelines::PublisherSettings publisher;
  if (settings.camera) publisher.video = settings.camera->camera.codec;
  // Offered without a microphone as well, so that plugging one in later costs no new session.
  publisher.audio = true;
  publisher.loopback = device::is_loopback(settings.server.host);
  publisher.pausable = settings.on_demand && settings.camera;
  return publisher;
}

pipelines::PublisherSettings low_publisher_settings(const Settings& settings) {
  auto publisher = publisher_settings(settings);
  publisher.audio = false;
  return publisher;
}

bool has_picture(const CameraSource& camera) {
  const auto state = camera.status().state;
  return state == SourceState::live || state == SourceState::degraded;
}

bool answers(const Worker& worker, Instant at) {
  return worker.busy_for(at).value_or(0s) < kWorkerLimit;
}

}  // namespace

Supervisor::Supervisor(std::string config_file)
    : camera_("camera", [this] { report(); }),
      low_camera_("camera-low", [this] { report(); }),
      microphone_([this] { report(); }),
      uplink_({"uplink", "", camera_.track(), &microphone_.track(), [this] { report(); },
               [this](std::int64_t date) { clock_.server_said(date, unix_ms()); }}),
      low_uplink_(
          {"uplink-low", "low", low_camera_.track(), nullptr, [this] { report(); }, [](std::int64_t) {}}),
      channel_({[this](const protocol::Welcome& w) { welcome(w); },
                [this](const protocol::Grant& g) { grant(g.publish); },
                [this](const protocol::Command& c) { command(c); }}),
      stills_([this](Bytes jpeg) { channel_.send_still(jpeg); }),
      doctor_(std::move(config_file)),
      reporter_({camera_, low_camera_, microphone_, uplink_, low_uplink_}),
      network_([this] { network_changed(); }) {}

void Supervisor::apply(const Settings& settings) {
  // A session keeps its trust anchor for life; the file itself may have changed, so each change makes a new
  // one.
  if (!applied_ || settings.server != settings_.server)
    session_ = device::make_session({settings.server.ca_file, settings.server.pin_sha256});
  settings_ = settings;
  camera_.apply(settings_.camera);
  low_camera_.apply(settings_.low_camera);
  microphone_.apply(settings_.microphone);
  apply_uplinks(settings_);
  channel_.apply(session_, settings_.server);
  if (!std::exchange(applied_, true)) start_timers();
  report();
}

void Supervisor::apply_uplinks(const Settings& settings) {
  uplink_.apply({session_, settings.server, publisher_settings(settings)});
  if (settings.low_camera) {
    low_uplink_.apply({session_, settings.server, low_publisher_settings(settings)});
  } else {
    low_uplink_.stop([] {});
  }
}

void Supervisor::start_timers() {
  tick_timer_ = glib::Timer::every(kTick, [this] { tick(); });
  uplink_timer_ = glib::Timer::every(kUplinkTick, [this] {
    uplink_.tick(now());
    low_uplink_.tick(now());
  });
  heartbeat_timer_ = glib::Timer::every(kDefaultHeartbeat, [this] { report(); });
  if (auto interval = glib::notify::watchdog_interval()) {
    watchdog_timer_ = glib::Timer::every(*interval, [this] { feed_watchdog(); });
  }
}

void Supervisor::stop(const std::function<void()>& done) {
  stopping_ = true;
  tick_timer_.cancel();
  uplink_timer_.cancel();
  heartbeat_timer_.cancel();
  camera_.stop();
  low_camera_.stop();
  microphone_.stop();
  low_uplink_.stop([this, done] { uplink_.stop(done); });
}

bool Supervisor::wait_stopped(Duration limit) {
  const auto deadline = now() + limit;
  auto idle = [&](Worker& worker) { return worker.wait_idle(std::max<Duration>(0s, deadline - now())); };
  return idle(uplink_.worker()) && idle(low_uplink_.worker()) && idle(camera_.worker()) &&
         idle(low_camera_.worker()) && idle(microphone_.worker());
}

void Supervisor::welcome(const protocol::Welcome& welcome) {
  room_ = printable(welcome.room);
  log::set_field("ROOM", room_);
  auto pace = std::clamp<Duration>(std::chrono::milliseconds(welcome.heartbeat_ms), kShortestHeartbeat,
                                   kLongestHeartbeat);
  heartbeat_timer_ = glib::Timer::every(pace, [this] { report(); });
  still_every_.reset();
  if (welcome.still_every_ms)
    still_every_ = std::max<Duration>(std::chrono::milliseconds(*welcome.still_every_ms), kShortestStill);
  grant(welcome.publish);
  report();
}

void Supervisor::grant(const protocol::PublishGrant& grant) {
  uplink_.grant(grant);
  low_uplink_.grant(grant);
}

/// docs/ref/protocol.md §5: each is answered, also what this program does not know.
void Supervisor::command(const protocol::Command& command) {
  log::info("server", "an administrator asks for: {}", printable(command.command));
  if (command.command == "log") return answer(command.id, true, log::recent());
  if (command.command == "doctor") {
    return doctor_.examine(
        scope_.guard([this, id = command.id](bool ok, const std::string& text) { answer(id, ok, text); }));
  }
  if (command.command != "restart")
    return answer(command.id, false, "This program does not know the command.");
  camera_.restart();
  low_camera_.restart();
  microphone_.restart();
  answer(command.id, true, "Camera and microphone start anew.");
}

/// The end says most, and is what fits into a message.
void Supervisor::answer(const std::string& id, bool ok, const std::string& text) {
  constexpr std::size_t kMostText = protocol::kMaxAgentMessageBytes / 4;
  auto cut = text.size() > kMostText ? text.find('\n', text.size() - kMostText) : std::string::npos;
  channel_.send(protocol::CommandResult{id, ok, cut == std::string::npos ? text : text.substr(cut + 1), {}});
}

void Supervisor::tick() {
  auto at = now();
  watch_clock(at);
  camera_.tick(at);
  low_camera_.tick(at);
  microphone_.tick(at);
  make_still(at);
}

/// Of the small picture when there is one: it is developed in a fraction of the time.
void Supervisor::make_still(Instant at) {
  const auto& camera = has_picture(low_camera_) ? low_camera_ : camera_;
  if (still_every_ && has_picture(camera)) stills_.tick(camera.track(), *still_every_, at);
}

void Supervisor::watch_clock(Instant at) {
  auto jump = clock_.tick(at, unix_ms());
  if (!jump) return;
  log::warning("clock", "this computer's clock was set {} by {:.1f} s; media do not depend on it",
               *jump > 0s ? "forward" : "back", std::abs(static_cast<double>(to_ms(*jump))) / 1000);
  uplink_.ask_server();
}

void Supervisor::network_changed() {
  log::info("network", "this computer's addresses changed");
  uplink_.network_changed();
  low_uplink_.network_changed();
  channel_.network_changed(own_addresses());
}

void Supervisor::report() {
  // "off" in a heartbeat means "not configured"; a program that ends says nothing.
  if (stopping_ || !applied_) return;
  auto message = reporter_.heartbeat(now(), clock_.server_offset_ms());
  channel_.send(message);
  leave_status(message);
  auto line = status_line(room_, message, reporter_.frames_per_second());
  if (line == shown_status_) return;
  shown_status_ = line;
  glib::notify::status(line);
}

void Supervisor::leave_status(const protocol::Heartbeat& message) {
  if (status_file_.empty()) return;
  auto written = device::write_status(
      status_file_, {room_, "classcastd " CLASSCAST_VERSION, getpid(), g_get_real_time() / 1000, message});
  if (written) return;
  log::warning("status", "{}", written.error().message);
  status_file_.clear();
}

void Supervisor::feed_watchdog() {
  if (healthy(now())) glib::notify::watchdog();
}

/// Called at the watchdog's pace; that this runs at all shows that the main loop turns.
bool Supervisor::healthy(Instant at) {
  const auto state = uplink_.status().phase;
  const bool flows = state == UplinkPhase::live && !uplink_.status().paused;
  const auto sent = camera_.track().stats().sent + microphone_.track().stats().sent;
  const bool progress = health_.update({sent, uplink_.stats().packets, flows}, at);
  return progress && answers(uplink_.worker(), at) && answers(low_uplink_.worker(), at) &&
         answers(camera_.worker(), at) && answers(low_camera_.worker(), at);
}

}  // namespace classcast::classroom
