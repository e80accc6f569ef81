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
  static constexpr std::size_t kMaxLines = 32;

  /// The line to write, or nothing. The same line within an hour is held back; the next one after that
  /// carries the number of those held back.
  std::optional<std::string> admit(const std::string& line, Instant at);

 private:
  struct Seen {
    Instant at;
    unsigned held_back = 0;
  };
  std::map<std::string, Seen> seen_;
};

}  // namespace classcast::classroom
