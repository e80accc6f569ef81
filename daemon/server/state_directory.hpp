// SPDX-License-Identifier: MIT
// Files that the server keeps for itself: whole or not at all, with the right mode from the first byte.
#pragma once

#include "base/result.hpp"

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace classcast::server {

/// Makes the directory with mode 0700 if it is missing. Errc::unavailable when that is impossible.
Result<void> ensure_state_directory(const std::filesystem::path& directory);

/// Errc::not_found when there is none, Errc::exhausted above 1 MiB.
Result<std::string> read_file(const std::filesystem::path& file);

/// Writes beside the file, syncs and renames, so that a power cut leaves the old or the new one.
Result<void> write_file(const std::filesystem::path& file, std::string_view text, mode_t mode);

}  // namespace classcast::server
