// SPDX-License-Identifier: MIT
// classcast-relay: options, configuration, build, signals, run, exit code.
#include "glib/exit_code.hpp"
#include "glib/log.hpp"
#include "glib/main_loop.hpp"
#include "glib/notify.hpp"
#include "relay/relay.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace classcast;
using glib::ExitCode;

constexpr const char* kUsage =
    "usage: classcast-relay [--config FILE] [--check] [--version]\n"
    "\n"
    "  --config FILE  read FILE instead of /etc/classcast/relay.conf\n"
    "  --check        check the configuration and leave\n"
    "  --version      print the version and leave\n";

struct Options {
  std::string config = "/etc/classcast/relay.conf";
  bool check = false;
  bool version = false;
  bool help = false;
};

std::optional<Options> parse_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    std::string_view word = argv[i];
    if (word == "--check") {
      options.check = true;
    } else if (word == "--version") {
      options.version = true;
    } else if (word == "--help") {
      options.help = true;
    } else if (word == "--config" && i + 1 < argc) {
      options.config = argv[++i];
    } else {
      return std::nullopt;
    }
  }
  return options;
}

int give_up(const Error& error, ExitCode code) {
  glib::log::error("relay", "{}", error.message);
  return glib::exit_code(code);
}

int run(const relay::Settings& settings) {
  constexpr Duration kReportInterval = 5s;
  auto relay = relay::Relay::create(settings);
  if (!relay) {
    auto taken = relay.error().code == Errc::unavailable;
    return give_up(relay.error(), taken ? ExitCode::unavailable : ExitCode::internal);
  }
  auto tcp = (*relay)->tcp_port() == 0 ? "" : fmt::format(", ICE on TCP port {}", (*relay)->tcp_port());
  glib::log::info("relay", "HTTP on port {}, media on UDP port {}{}", (*relay)->http_port(),
                  (*relay)->media_port(), tcp);

  glib::MainLoop loop;
  auto interval = std::min(glib::notify::watchdog_interval().value_or(kReportInterval), kReportInterval);
  auto report = glib::Timer::every(interval, [&relay] { (*relay)->report(); });
  glib::notify::ready();
  int code = loop.run();
  glib::notify::stopping();
  relay->reset();
  glib::log::info("relay", "stopped");
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  auto options = parse_options(argc, argv);
  if (!options) {
    std::fputs(kUsage, stderr);
    return glib::exit_code(ExitCode::usage);
  }
  if (options->help) return std::fputs(kUsage, stdout) < 0 ? 1 : 0;
  if (options->version) return std::puts("classcast-relay " CLASSCAST_VERSION) < 0 ? 1 : 0;

  glib::log::capture_glib();
  std::signal(SIGPIPE, SIG_IGN);
  auto settings = relay::load_settings(options->config);
  if (!settings) return give_up(settings.error(), ExitCode::config);
  if (options->check) return std::printf("%s is fine\n", options->config.c_str()) < 0 ? 1 : 0;
  return run(*settings);
}
