// SPDX-License-Identifier: MIT
// The finishing process from the inside: a job as one line of JSON on standard input; progress and the result
// as lines of JSON on standard output.
#pragma once

#include "recorder/finish.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace classcast::recorder {

/// {"room":"/…/room-101","from_ms":1,"until_ms":2,"output":"/…/room-101_10-00-00.mp4"}
std::string to_json(const FinishJob& job);
Result<FinishJob> parse_finish_job(std::string_view line);

/// {"finished":{…}}
std::string to_json(const Finished& finished);
/// A line of the process: the percentage or the result.
Result<std::variant<int, Finished, Error>> parse_finish_line(std::string_view line);

/// Reads one job and does it; the exit code.
int run_finish();

}  // namespace classcast::recorder
