// SPDX-License-Identifier: MIT
// Another program's output.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <string>
#include <vector>

namespace classcast::ctl {

struct Output {
  bool successful = false;
  std::string text;  ///< standard output and error together
};

/// Errc::unavailable when the program is not there; one that takes longer than `limit` is ended.
Result<Output> run(const std::vector<std::string>& command, Duration limit);

/// The text alone; Errc::unavailable when the program fails as well.
Result<std::string> output_of(const std::vector<std::string>& command, Duration limit);

}  // namespace classcast::ctl
