// SPDX-License-Identifier: MIT
#include "recorder/capture_process.hpp"

#include "glib/exit_code.hpp"
#include "glib/log.hpp"
#include "protocol/json.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <iostream>
#include <string>
#include <thread>

namespace classcast::recorder {

namespace {

constexpr std::array<std::string_view, 3> kStates = {"waiting", "recording", "failed"};
constexpr std::size_t kMaxLine = 16 * 1024;

void read_commands(Capture& capture) {
  std::string line;
  while (std::getline(std::cin, line) && line.size() <= kMaxLine) {
    auto grant = parse_grant(line);
    if (grant) {
      capture.grant(std::move(*grant));
    } else {
      glib::log::warning("capture", "ignored a command: {}", grant.error().message);
    }
  }
  capture.stop();
}

void write_report(const CaptureReport& report) {
  fmt::print("{}\n", to_json(report));
  std::fflush(stdout);
}

}  // namespace

std::string to_json(const WatchGrant& grant) {
  return protocol::JsonWriter().text("url", grant.url).text("token", grant.token.reveal()).finish();
}

Result<WatchGrant> parse_grant(std::string_view line) {
  auto json = protocol::JsonReader::parse(line);
  if (!json) return fail(json);
  WatchGrant grant{json->text("url"), Secret(json->text("token"))};
  if (auto finished = json->finish(); !finished) return fail(finished);
  return grant;
}

std::string to_json(const CaptureReport& report) {
  return protocol::JsonWriter()
      .text("state", kStates[static_cast<std::size_t>(report.state)])
      .text("cause", report.cause)
      .integer("bytes", static_cast<std::int64_t>(report.bytes))
      .integer("frames", static_cast<std::int64_t>(report.frames))
      .integer("damaged", static_cast<std::int64_t>(report.damaged))
      .integer("end_ms", report.end_ms)
      .finish();
}

Result<CaptureReport> parse_report(std::string_view line) {
  auto json = protocol::JsonReader::parse(line);
  if (!json) return fail(json);
  CaptureReport report;
  const auto state = json->text("state");
  report.cause = json->text("cause");
  report.bytes = static_cast<std::uint64_t>(json->integer("bytes"));
  report.frames = static_cast<std::uint64_t>(json->integer("frames"));
  report.damaged = static_cast<std::uint64_t>(json->integer("damaged"));
  report.end_ms = json->optional_integer("end_ms");
  const auto* found = std::find(kStates.begin(), kStates.end(), state);
  if (found == kStates.end()) json->refuse("state", "is unknown");
  if (auto finished = json->finish(); !finished) return fail(finished);
  report.state = static_cast<CaptureState>(found - kStates.begin());
  return report;
}

int run_capture(const Capture::Options& options) {
  Capture capture(options, write_report);
  std::thread commands([&capture] { read_commands(capture); });
  auto ended = capture.run();
  if (!ended) {
    glib::log::error("capture", "{}", ended.error().message);
    // The reader waits for input that may never come.
    commands.detach();
    _exit(glib::exit_code(glib::ExitCode::cannot_create));
  }
  commands.join();
  return glib::exit_code(glib::ExitCode::ok);
}

}  // namespace classcast::recorder
