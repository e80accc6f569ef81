// SPDX-License-Identifier: MIT
// classcastctl doctor
#include "ctl/doctor.hpp"

#include "ctl/account.hpp"
#include "ctl/options.hpp"
#include "ctl/status.hpp"
#include "pipelines/gst.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace classcast::ctl {

namespace {

constexpr const char* kDoctorHelp =
    "Tries everything between the camera and the server, and names for each fault the command that mends it. "
    "It works "
    "while the service runs and does not disturb it. As root it looks with the eyes of the account "
    "classcast, under "
    "which the service runs.";

}  // namespace

Findings examine(const std::string& config_file, const std::string& status_file,
                 const std::string& relay_host) {
  Findings findings;
  auto config = device::load_config(config_file);
  auto settings = config ? device::read_settings(*config) : fail(config);
  if (!settings) {
    findings.fault("configuration", settings.error().message,
                   fmt::format("edit {}, then: classcastctl check", config_file));
    return findings;
  }
  findings.good("configuration", config_file + " is valid");
  Patient patient{config_file, *settings, {}, {}, relay_host};
  if (auto running = running_status(status_file)) {
    patient.running = *running;
  } else {
    patient.service_problem = running.error().message;
  }
  pipelines::init();
  examine_service(patient, findings);
  examine_permissions(*config, findings);
  examine_disk(findings);
  examine_server(patient, findings);
  examine_relay(patient, findings);
  examine_camera(patient, findings);
  examine_sound(patient, findings);
  return findings;
}

ExitCode doctor(const Arguments& arguments) {
  std::string config = kDefaultConfig;
  std::string status_file = device::kStatusFile;
  std::string relay;
  std::string account = kServiceAccount;
  bool json = false;
  auto options = command_options("doctor", "", kDoctorHelp);
  with_config(options, config).flag("json", json, "Print JSON");
  options.text("status-file", status_file, "The running service's report", "FILE");
  options.text("relay", relay, "The relay's host, when it is not the server's", "HOST");
  options.text("as", account, "As root: look as this account instead of classcast", "ACCOUNT");
  if (auto parsed = options.parse(arguments, 0); !parsed) {
    complain(parsed.error().message);
    return ExitCode::usage;
  }
  if (auto changed = become(account); !changed) {
    complain(changed.error().message);
    return ExitCode::denied;
  }
  auto findings = examine(config, status_file, relay);
  fmt::print("{}", json ? findings.json() + "\n" : findings.text());
  std::fflush(stdout);
  // A sound server that hangs would keep an examination's thread, and with it this program, for ever.
  _exit(exit_code(findings.any_fault() ? ExitCode::unavailable : ExitCode::ok));
}

}  // namespace classcast::ctl
