// SPDX-License-Identifier: MIT
// RepeatFilter: lets a log line through when it is news; repeats are counted and told from time to time.
#pragma once

#include "base/clock.hpp"

#include <map>
#include <optional>
#include <string>

namespace classcast::classroom {

class RepeatFilter {
 public:
  static constexpr Duration kQuiet = 1h;
  static constexpr Duration kWell = 30s;
  static constexpr std::size_t kMaxLines = 32;

  /// The line to write, or nothing. The same line within an hour is held back; the next one after that
  /// carries the number of those held back.
  std::optional<std::string> admit(const std::string& line, Instant at);
  /// Before the line that tells a fault: one that comes after half a minute without any is news again,
  /// however soon.
  void fails_after(Duration well) {
    if (well >= kWell) seen_.clear();
  }

 private:
  struct Seen {
    Instant at;
    unsigned held_back = 0;
  };
  std::map<std::string, Seen> seen_;
};

}  // namespace classcast::classroom
