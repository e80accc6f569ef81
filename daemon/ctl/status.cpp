// SPDX-License-Identifier: MIT
// classcastctl status
#include "ctl/status.hpp"

#include "base/strings.hpp"
#include "ctl/options.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

namespace classcast::ctl {

namespace {

using protocol::SourceState;

/// A report older than this comes from a service that hangs; heartbeats are at most 10 s apart.
constexpr std::int64_t kStaleMs = 15'000;

std::int64_t age_ms(const device::RunningStatus& status) {
  return g_get_real_time() / 1000 - status.written_ms;
}

bool alive(std::int64_t pid) {
  struct stat found {};
  return ::stat(fmt::format("/proc/{}", pid).c_str(), &found) == 0;
}

std::string part(std::string_view name, SourceState state, const std::string& cause,
                 const std::string& figures) {
  auto line = fmt::format("{:<11} {}", name, to_text(state));
  if (!figures.empty() && state != SourceState::off) line += ", " + figures;
  if (!cause.empty()) line += fmt::format(" — {}", cause);
  return line + "\n";
}

std::string camera_figures(const protocol::CameraReport& camera) {
  auto text = fmt::format("{} {:.2f} Mbit/s, {} frames", camera.codec,
                          static_cast<double>(camera.bitrate_bps) / 1e6, camera.frames);
  if (camera.width && camera.height) text += fmt::format(", {}×{}", *camera.width, *camera.height);
  return text;
}

std::string microphone_figures(const protocol::MicrophoneReport& microphone) {
  auto text = printable(microphone.device);
  if (microphone.level_dbfs) text += fmt::format(", {:.0f} dBFS", *microphone.level_dbfs);
  return text;
}

ExitCode print_raw(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  std::getline(in, line);
  fmt::print("{}\n", line);
  return ExitCode::ok;
}

}  // namespace

Result<device::RunningStatus> running_status(const std::string& file) {
  auto status = device::read_status(file);
  if (!status && status.error().code == Errc::not_found)
    return fail(Errc::unavailable, "classcastd is not running; see: systemctl status classcastd");
  if (!status && status.error().code == Errc::denied) {
    return fail(Errc::denied, "{}; run this with sudo, or as a member of the group classcast",
                status.error().message);
  }
  if (!status) return status;
  if (!alive(status->pid))
    return fail(Errc::unavailable, "classcastd has died; see: journalctl -u classcastd");
  if (age_ms(*status) > kStaleMs) {
    return fail(Errc::unavailable, "classcastd has said nothing for {} s; see: journalctl -u classcastd",
                age_ms(*status) / 1000);
  }
  return status;
}

std::string described(const device::RunningStatus& status) {
  const auto& report = status.report;
  return fmt::format("{:<11} {}\n{:<11} {}, process {}, up {} min\n", "room",
                     status.room.empty() ? "not known yet: the server has not answered" : status.room,
                     "service", status.software, status.pid, report.uptime_ms / 60'000) +
         part("camera", report.camera.state, report.camera.cause, camera_figures(report.camera)) +
         part("microphone", report.microphone.state, report.microphone.cause,
              microphone_figures(report.microphone)) +
         part("uplink", report.uplink.state, report.uplink.cause,
              fmt::format("{:.2f} Mbit/s", static_cast<double>(report.uplink.bitrate_bps) / 1e6));
}

ExitCode status(const Arguments& arguments) {
  std::string file = device::kStatusFile;
  bool json = false;
  auto options = command_options("status", "", "Shows what the running service last reported.");
  options.flag("json", json, "Print the report as JSON (docs/ref/protocol.md, heartbeat)");
  options.text("status-file", file, "Read this file instead of /run/classcast/classroom/status.json", "FILE");
  if (auto parsed = options.parse(arguments, 0); !parsed) {
    complain(parsed.error().message);
    return ExitCode::usage;
  }
  auto running = running_status(file);
  if (!running) {
    complain(running.error().message);
    return running.error().code == Errc::denied ? ExitCode::denied : ExitCode::unavailable;
  }
  if (json) return print_raw(file);
  fmt::print("{}", described(*running));
  return ExitCode::ok;
}

}  // namespace classcast::ctl
