// SPDX-License-Identifier: MIT
// What the running service says of itself.
#pragma once

#include "device/status_file.hpp"

#include <optional>
#include <string>

namespace classcast::ctl {

/// The newest report, unless the service is not running: then why not.
Result<device::RunningStatus> running_status(const std::string& file);
/// Several lines for people.
std::string described(const device::RunningStatus& status);

}  // namespace classcast::ctl
