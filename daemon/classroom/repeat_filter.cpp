// SPDX-License-Identifier: MIT
#include "classroom/repeat_filter.hpp"

#include <fmt/format.h>

namespace classcast::classroom {

std::optional<std::string> RepeatFilter::admit(const std::string& line, Instant at) {
  auto found = seen_.find(line);
  if (found == seen_.end()) {
    if (seen_.size() >= kMaxLines) seen_.clear();
    seen_[line] = {at, 0};
    return line;
  }
  auto& seen = found->second;
  if (at - seen.at < kQuiet) {
    ++seen.held_back;
    return std::nullopt;
  }
  auto text =
      seen.held_back == 0 ? line : fmt::format("{} ({} more times in the last hour)", line, seen.held_back);
  seen = {at, 0};
  return text;
}

}  // namespace classcast::classroom
