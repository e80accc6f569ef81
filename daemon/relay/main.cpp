// SPDX-License-Identifier: MIT
// classcast-relay: options, configuration, build, signals, run, exit code.
#include "glib/exit_code.hpp"
#include "glib/log.hpp"
#include "glib/main_loop.hpp"
#include "glib/notify.hpp"
#include "glib/options.hpp"
#include "relay/relay.hpp"

#include <malloc.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string>

namespace {

using namespace classcast;
using glib::ExitCode;

struct Options {
  std::string config = "/etc/classcast/relay.conf";
  bool check = false;
  bool version = false;
};

Result<Options> parse_options(int argc, char** argv) {
  Options options;
  glib::OptionSet set("classcast-relay", "", "Forwards the rooms of a school to their viewers.");
  set.text("config", options.config, "Read FILE instead of /etc/classcast/relay.conf", "FILE");
  set.flag("check", options.check, "Check the configuration and leave");
  set.flag("version", options.version, "Print the version and leave");
  if (auto rest = set.parse({argv + 1, argv + argc}, 0); !rest) return fail(rest);
  return options;
}

int give_up(const Error& error, ExitCode code) {
  glib::log::error("relay", "{}", error.message);
  return glib::exit_code(code);
}

/// By default glibc gives every thread an arena of its own, and a session is made on one thread of what came
/// on another. One arena holds what sessions leave behind together, and its end goes back to the system.
void bound_the_heap() {
  constexpr int kArenas = 1;
  constexpr int kMapFrom = 1 << 20;
  constexpr int kTrimFrom = 1 << 20;
  mallopt(M_ARENA_MAX, kArenas);
  mallopt(M_MMAP_THRESHOLD, kMapFrom);
  mallopt(M_TRIM_THRESHOLD, kTrimFrom);
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
  if (!options) return give_up(options.error(), ExitCode::usage);
  if (options->version) return std::puts("classcast-relay " CLASSCAST_VERSION) < 0 ? 1 : 0;

  bound_the_heap();
  glib::log::capture_glib();
  std::signal(SIGPIPE, SIG_IGN);
  auto settings = relay::load_settings(options->config);
  if (!settings) return give_up(settings.error(), ExitCode::config);
  if (options->check) return std::printf("%s is fine\n", options->config.c_str()) < 0 ? 1 : 0;
  return run(*settings);
}
