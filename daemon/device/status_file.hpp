// SPDX-License-Identifier: MIT
// The file in which classcastd leaves its newest report for classcastctl: two lines of JSON, no secrets.
#pragma once

#include "base/result.hpp"
#include "protocol/agent.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace classcast::device {

inline constexpr const char* kStatusFile = "/run/classcast/classroom/status.json";

struct RunningStatus {
  std::string room;  ///< empty until the server has told it
  std::string software;
  std::int64_t pid = 0;
  std::int64_t written_ms = 0;  ///< Unix milliseconds
  protocol::Heartbeat report;
};

/// The file in $RUNTIME_DIRECTORY (systemd.exec(5)); empty when no service manager has made one.
std::filesystem::path own_status_file();

/// Replaces the file in one step, so that a reader never sees half of it. Errc::unavailable when it cannot.
Result<void> write_status(const std::filesystem::path& file, const RunningStatus& status);

/// Errc::not_found when there is no file, Errc::invalid when it is not one of ours.
Result<RunningStatus> read_status(const std::filesystem::path& file);

}  // namespace classcast::device
