// SPDX-License-Identifier: MIT
// classcastd: sends a classroom's camera and microphone to the Classcast server.
#include "classroom/supervisor.hpp"
#include "device/settings.hpp"
#include "glib/exit_code.hpp"
#include "glib/log.hpp"
#include "glib/main_loop.hpp"
#include "glib/notify.hpp"
#include "glib/options.hpp"
#include "pipelines/gst.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <cstdio>
#include <string>

namespace {

using namespace classcast;
using glib::ExitCode;

constexpr const char* kDefaultConfig = "/etc/classcast/classroom.conf";
constexpr Duration kGoodbyeLimit = 2s;
constexpr Duration kStopLimit = 3s;

struct Options {
  std::string config = kDefaultConfig;
  bool check = false;
  bool version = false;
};

Result<Options> parse_options(int argc, char** argv) {
  Options options;
  glib::OptionSet set("classcastd", "", "Sends a classroom's camera and microphone to the Classcast server.");
  set.text("config", options.config, "Read this file instead of /etc/classcast/classroom.conf", "FILE");
  set.flag("check", options.check, "Check the configuration and exit");
  set.flag("version", options.version, "Print the version and exit");
  if (auto rest = set.parse({argv + 1, argv + argc}, 0); !rest) return fail(rest);
  return options;
}

/// Waits for the server's answer to DELETE, but not for long.
void say_goodbye(classroom::Supervisor& supervisor) {
  bool done = false;
  supervisor.stop([&done] { done = true; });
  auto limit = glib::Timer::once(kGoodbyeLimit, [&done] { done = true; });
  while (!done) g_main_context_iteration(nullptr, TRUE);
}

/// The last good configuration stays when the new one is bad.
void reload(classroom::Supervisor& supervisor, const std::string& file) {
  glib::notify::reloading();
  auto settings = device::load_settings(file);
  if (settings) {
    supervisor.apply(*settings);
    glib::log::info("config", "{} was read anew", file);
  } else {
    glib::log::error("config", "{}; the former configuration stays in force", settings.error().message);
  }
  glib::notify::ready();
}

/// mallopt(3). Two arenas: the many short-lived threads of GStreamer would otherwise keep memory in one arena
/// each. A fixed threshold: whole pictures go back to the system when they are done with, instead of into the
/// heap.
void keep_memory_small() {
  constexpr int kArenas = 2;
  constexpr int kPicture = 256 * 1024;
  mallopt(M_ARENA_MAX, kArenas);
  mallopt(M_MMAP_THRESHOLD, kPicture);
  mallopt(M_TRIM_THRESHOLD, 4 * kPicture);
}

int run(const device::Settings& settings, const std::string& file) {
  keep_memory_small();
  // Nothing here has a desktop's settings; without this GIO starts dconf, which wants a home directory.
  g_setenv("GSETTINGS_BACKEND", "memory", FALSE);
  glib::log::capture_glib();
  pipelines::init();
  glib::MainLoop loop;
  glib::log::remember();
  classroom::Supervisor supervisor(file);
  supervisor.apply(settings);
  loop.on_reload([&supervisor, &file] { reload(supervisor, file); });
  glib::notify::ready();
  const int code = loop.run();
  glib::notify::stopping();
  say_goodbye(supervisor);
  // A frozen sound server would keep its thread, and with it this program, for ever.
  if (!supervisor.wait_stopped(kStopLimit)) _exit(code);
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  auto options = parse_options(argc, argv);
  if (!options) {
    glib::log::error("classcastd", "{}", options.error().message);
    return exit_code(ExitCode::usage);
  }
  if (options->version) {
    fmt::print("classcastd {}\n", CLASSCAST_VERSION);
    return exit_code(ExitCode::ok);
  }
  auto settings = device::load_settings(options->config);
  if (!settings) {
    glib::log::error("config", "{}", settings.error().message);
    return exit_code(ExitCode::config);
  }
  if (options->check) {
    fmt::print("{} is valid\n", options->config);
    return exit_code(ExitCode::ok);
  }
  return run(*settings, options->config);
}
