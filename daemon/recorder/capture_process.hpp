// SPDX-License-Identifier: MIT
// The capture process from the inside: commands as lines of JSON on standard input, reports on standard
// output. It ends when its input ends, so it never outlives the recorder.
#pragma once

#include "base/id.hpp"
#include "recorder/capture.hpp"

#include <string>
#include <string_view>

namespace classcast::recorder {

/// {"url":"http://…/whep/room-101","token":"…"}: sent at the start and whenever the token is renewed.
std::string to_json(const WatchGrant& grant);
Result<WatchGrant> parse_grant(std::string_view line);

/// {"state":"recording","cause":"","bytes":1,"frames":1,"damaged":0,"end_ms":1}
std::string to_json(const CaptureReport& report);
Result<CaptureReport> parse_report(std::string_view line);

/// Runs until standard input ends; the exit code.
int run_capture(const Capture::Options& options);

}  // namespace classcast::recorder
