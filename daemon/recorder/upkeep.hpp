// SPDX-License-Identifier: MIT
// What is done with files between recordings: removing them, and moving home what was written elsewhere.
#pragma once

#include "base/result.hpp"
#include "recorder/disk.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace classcast::recorder {

/// The MP4, its thumbnail, and its folder when that is empty then.
void remove_recording(const std::filesystem::path& file);
/// Removes the segments of a room that nobody needs; returns how many files went.
std::size_t tidy_room(const std::filesystem::path& folder, std::int64_t window_ms,
                      std::span<const KeptRange> kept, std::int64_t now_ms);
/// The rooms that have segments below that root.
std::vector<std::string> rooms_below(const std::filesystem::path& root);
/// Moves one minute file of `from` to `to`, the oldest first. False when none is left. A crash in between
/// leaves it in one of the two, whole.
Result<bool> move_one(const std::filesystem::path& from, const std::filesystem::path& to);
/// A path of its own for a recording that began then, below `root`.
std::filesystem::path free_recording_path(const std::filesystem::path& root, std::string_view room,
                                          std::int64_t start_ms);

}  // namespace classcast::recorder
