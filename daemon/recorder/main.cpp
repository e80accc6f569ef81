// SPDX-License-Identifier: MIT
// classcast-recorder: rooms to files, without re-encoding the picture.
#include "glib/exit_code.hpp"
#include "glib/log.hpp"
#include "glib/main_loop.hpp"
#include "glib/notify.hpp"
#include "glib/options.hpp"
#include "glib/source.hpp"
#include "pipelines/gst.hpp"
#include "recorder/capture_process.hpp"
#include "recorder/finish_process.hpp"
#include "recorder/service.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <sys/stat.h>

#include <csignal>
#include <string>

namespace {

using namespace classcast;
using glib::ExitCode;

struct Options {
  std::string capture;
  std::string ca_file;
  std::string config = "/etc/classcast/recorder.conf";
  bool check = false;
  bool loopback = false;
  bool finish = false;
  bool version = false;
};

Result<Options> parse_options(int argc, char** argv) {
  Options options;
  glib::OptionSet set("classcast-recorder", "",
                      "Records rooms without re-encoding the picture. Without an option it serves.");
  set.text("config", options.config, "Read FILE instead of /etc/classcast/recorder.conf", "FILE");
  set.flag("check", options.check, "Check the configuration and leave");
  set.text("capture", options.capture, "Write one room into FOLDER; commands come on standard input",
           "FOLDER");
  set.text("ca-file", options.ca_file, "Trust this certificate of the relay's address", "FILE");
  set.flag("loopback", options.loopback, "The relay is this computer");
  set.flag("finish", options.finish, "Finish the recording that standard input names");
  set.flag("version", options.version, "Print the version and leave");
  auto words = set.parse({argv + 1, argv + argc}, 0);
  if (!words) return fail(words);
  return options;
}

ExitCode exit_for(Errc code) {
  if (code == Errc::invalid) return ExitCode::config;
  return code == Errc::denied ? ExitCode::denied : ExitCode::unavailable;
}

int give_up(const Error& error, ExitCode code) {
  glib::log::error("recorder", "{}", error.message);
  return glib::exit_code(code);
}

int serve(const recorder::Settings& settings) {
  auto service = recorder::Service::create(settings);
  if (!service) return give_up(service.error(), exit_for(service.error().code));
  if (auto started = (*service)->start(); !started)
    return give_up(started.error(), exit_for(started.error().code));
  glib::log::info("recorder", "serving files on {}", (*service)->files_url());
  glib::MainLoop loop;
  glib::Timer watchdog;
  if (auto interval = glib::notify::watchdog_interval())
    watchdog = glib::Timer::every(*interval, [] { glib::notify::watchdog(); });
  auto status = glib::Timer::every(10s, [&service] { glib::notify::status((*service)->status_line()); });
  glib::notify::ready();
  const int code = loop.run();
  glib::notify::stopping();
  (*service)->stop();
  glib::log::info("recorder", "stopped");
  return code;
}

int run_service(const Options& options) {
  umask(S_IWGRP | S_IRWXO);
  std::signal(SIGPIPE, SIG_IGN);
  auto settings = recorder::load_settings(options.config);
  if (!settings) return give_up(settings.error(), ExitCode::config);
  if (options.check) {
    fmt::print("{} is fine\n", options.config);
    return 0;
  }
  return serve(*settings);
}

}  // namespace

int main(int argc, char** argv) {
  auto options = parse_options(argc, argv);
  if (!options) {
    glib::log::error("classcast-recorder", "{}", options.error().message);
    return exit_code(ExitCode::usage);
  }
  if (options->version) {
    fmt::print("classcast-recorder {}\n", CLASSCAST_VERSION);
    return exit_code(ExitCode::ok);
  }
  if (options->finish && !options->capture.empty()) {
    glib::log::error("classcast-recorder", "give --capture FOLDER or --finish, not both");
    return exit_code(ExitCode::usage);
  }
  // One arena: the many short-lived threads of GStreamer would otherwise keep memory in one each.
  mallopt(M_ARENA_MAX, 1);
  g_setenv("GSETTINGS_BACKEND", "memory", FALSE);
  glib::log::capture_glib();
  if (!options->finish && options->capture.empty()) return run_service(*options);
  pipelines::init();
  if (options->finish) return recorder::run_finish();
  return recorder::run_capture({options->capture, options->ca_file, options->loopback});
}
