// SPDX-License-Identifier: MIT
// The examinations of doctor, each with a time limit of its own; none disturbs the running service.
#pragma once

#include "ctl/findings.hpp"
#include "device/settings.hpp"
#include "device/status_file.hpp"

#include <optional>
#include <string>

namespace classcast::ctl {

/// What the examinations look at.
struct Patient {
  std::string config_file;
  device::Settings settings;
  std::optional<device::RunningStatus> running;  ///< nothing: the service does not run
  std::string service_problem;                   ///< why not
  std::string relay_host;                        ///< empty: the server's
};

void examine_permissions(const glib::Config& config, Findings& findings);
void examine_disk(Findings& findings);
void examine_service(const Patient& patient, Findings& findings);
/// Address, certificate, answer and clock.
void examine_server(const Patient& patient, Findings& findings);
void examine_relay(const Patient& patient, Findings& findings);
void examine_camera(const Patient& patient, Findings& findings);
void examine_sound(const Patient& patient, Findings& findings);

/// All of them.
Findings examine(const std::string& config_file, const std::string& status_file,
                 const std::string& relay_host);

}  // namespace classcast::ctl
