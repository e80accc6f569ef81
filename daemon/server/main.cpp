// SPDX-License-Identifier: MIT
// classcast-server: options, configuration, foundation, signals, run, exit code.
#include "glib/exit_code.hpp"
#include "glib/log.hpp"
#include "glib/main_loop.hpp"
#include "glib/notify.hpp"
#include "glib/options.hpp"
#include "server/maintenance.hpp"
#include "server/server.hpp"
#include "server/smtp.hpp"
#include "server/state_directory.hpp"

#include <malloc.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using namespace classcast;
using glib::ExitCode;

constexpr const char* kHelp =
    "Accounts, rooms, their status and the viewer. Without a command it serves.\n"
    "\n"
    "Commands:\n"
    "  backup FILE    write everything in the database to FILE; the server may be running\n"
    "  restore FILE   read it into an empty database, of this or of the other engine\n"
    "  check          check the database from end to end, and the files of recordings against it\n"
    "  check repair   mark recordings whose file is gone, and remove files that nothing refers to\n"
    "  recorder NAME  make or renew the credential of a recorder on another machine";

struct Options {
  std::string config = "/etc/classcast/server.conf";
  bool check = false;
  bool routes = false;
  /// backup, restore, check or recorder, and the file or name.
  std::string command;
  std::string file;
  bool version = false;
};

/// False for a command that does not exist or has not the words it needs.
bool take_command(const std::vector<std::string>& words, Options& options) {
  if (words.empty()) return true;
  options.command = words.front();
  if (words.size() > 1) options.file = words.back();
  if (options.command == "check") return words.size() == 1 || options.file == "repair";
  bool known = options.command == "backup" || options.command == "restore" || options.command == "recorder";
  return known && words.size() == 2;
}

Result<Options> parse_options(int argc, char** argv) {
  Options options;
  glib::OptionSet set("classcast-server", "[COMMAND]", kHelp);
  set.text("config", options.config, "Read FILE instead of /etc/classcast/server.conf", "FILE");
  set.flag("check", options.check, "Check the configuration and leave");
  set.flag("routes", options.routes, "Print every route and who may use it, and leave");
  set.flag("version", options.version, "Print the version and leave");
  auto words = set.parse({argv + 1, argv + argc}, 2);
  if (!words) return fail(words);
  if (!take_command(*words, options))
    return fail(Errc::invalid, "no such command; see classcast-server --help");
  return options;
}

ExitCode exit_for(Errc code) {
  switch (code) {
    case Errc::invalid:
      return ExitCode::config;
    case Errc::denied:
      return ExitCode::denied;
    case Errc::conflict:
    case Errc::unavailable:
    case Errc::not_found:
      return ExitCode::unavailable;
    default:
      return ExitCode::internal;
  }
}

int give_up(const Error& error, ExitCode code) {
  glib::log::error("server", "{}", error.message);
  return glib::exit_code(code);
}

/// Every viewer is a connection; the soft limit of 1024 descriptors is for programs that use select().
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// On standard output and nowhere else; the log never sees it.
void print_administrator(const Secret& password) {
  std::printf("First administrator: name \"admin\", password \"%s\"\n", password.reveal().c_str());
  std::fflush(stdout);
}

/// TLS handshakes run on short-lived threads and a password hash takes 32 MiB. By default glibc gives every
/// thread an arena of its own and, once a large block was freed, keeps such blocks: some megabytes more for
/// every connection that came while others went. Two arenas, and large blocks go back to the system at once.
void bound_the_heap() {
  constexpr int kArenas = 2;
  constexpr int kMapFrom = 1 << 20;
  mallopt(M_ARENA_MAX, kArenas);
  mallopt(M_MMAP_THRESHOLD, kMapFrom);
}

glib::Timer feed_watchdog() {
  auto interval = glib::notify::watchdog_interval();
  if (!interval) return {};
  return glib::Timer::every(*interval, [] { glib::notify::watchdog(); });
}

int run(const server::Settings& settings) {
  server::prepare_smtp();
  auto foundation = server::lay_foundation(settings);
  if (!foundation) return give_up(foundation.error(), exit_for(foundation.error().code));
  if (foundation->administrator_password) print_administrator(*foundation->administrator_password);
  // Before anybody can know that the server is there: from here on SIGTERM ends it in order.
  glib::MainLoop loop;
  server::Server server(settings, std::move(*foundation));
  if (auto started = server.start(); !started) return give_up(started.error(), ExitCode::unavailable);
  glib::log::info("server", "listening on https://{}:{}", settings.listen_address, server.port());

  loop.on_reload([&server] { server.reload(); });
  auto watchdog = feed_watchdog();
  auto status = glib::Timer::every(10s, [&server] { glib::notify::status(server.status_line()); });
  glib::notify::ready();
  int code = loop.run();
  glib::notify::stopping();
  server.stop();
  glib::log::info("server", "stopped");
  return code;
}

int print_routes(const server::Settings& settings) {
  auto foundation = server::lay_foundation(settings);
  if (!foundation) return give_up(foundation.error(), exit_for(foundation.error().code));
  server::Server server(settings, std::move(*foundation));
  for (const auto& route : server.routes()) {
    std::printf("%s %s %s\n", route.method.c_str(), route.pattern.c_str(), access_text(route).c_str());
  }
  return 0;
}

int maintain(const server::Settings& settings, const Options& options) {
  if (options.command == "restore") {
    if (auto made = server::ensure_state_directory(settings.state_directory); !made)
      return give_up(made.error(), exit_for(made.error().code));
  }
  auto said = server::maintain(settings, options.command, options.file);
  if (!said) return give_up(said.error(), exit_for(said.error().code));
  return std::puts(said->c_str()) < 0 ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  auto options = parse_options(argc, argv);
  if (!options) return give_up(options.error(), ExitCode::usage);
  if (options->version) return std::puts("classcast-server " CLASSCAST_VERSION) < 0 ? 1 : 0;

  glib::log::capture_glib();
  umask(077);
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  bound_the_heap();
  auto settings = server::load_settings(options->config);
  if (!settings) return give_up(settings.error(), ExitCode::config);
  if (options->check) return std::printf("%s is fine\n", options->config.c_str()) < 0 ? 1 : 0;
  if (options->routes) return print_routes(*settings);
  if (!options->command.empty()) return maintain(*settings, *options);
  return run(*settings);
}
