// SPDX-License-Identifier: MIT
// classcast-recorder: rooms to files, without re-encoding the picture.
#include "glib/exit_code.hpp"
#include "glib/log.hpp"
#include "glib/ref.hpp"
#include "pipelines/gst.hpp"
#include "recorder/capture_process.hpp"
#include "recorder/finish_process.hpp"

#include <fmt/format.h>
#include <malloc.h>

#include <string>

namespace {

using namespace classcast;
using glib::ExitCode;

struct Options {
  std::string capture;
  std::string ca_file;
  bool loopback = false;
  bool finish = false;
  bool version = false;
};

Result<Options> parse_options(int argc, char** argv) {
  char* capture = nullptr;
  char* ca_file = nullptr;
  gboolean loopback = FALSE;
  gboolean finish = FALSE;
  gboolean version = FALSE;
  const GOptionEntry entries[] = {
      {"capture", 0, 0, G_OPTION_ARG_FILENAME, &capture,
       "Write one room into this folder; commands come on standard input", "FOLDER"},
      {"ca-file", 0, 0, G_OPTION_ARG_FILENAME, &ca_file, "Trust this certificate of the relay's address",
       "FILE"},
      {"loopback", 0, 0, G_OPTION_ARG_NONE, &loopback, "The relay is this computer", nullptr},
      {"finish", 0, 0, G_OPTION_ARG_NONE, &finish, "Finish the recording that standard input names", nullptr},
      {"version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version and exit", nullptr},
      {}};
  const glib::Unique<GOptionContext, g_option_context_free> context(
      g_option_context_new("- records rooms without re-encoding the picture"));
  g_option_context_add_main_entries(context.get(), entries, nullptr);
  glib::GErrorSlot error;
  if (g_option_context_parse(context.get(), &argc, &argv, error.out()) == 0)
    return fail(Errc::invalid, "{}", error.text());
  const glib::UniqueText owned[] = {glib::UniqueText(capture), glib::UniqueText(ca_file)};
  if (argc > 1) return fail(Errc::invalid, "unexpected argument; see --help");
  auto text = [](const char* value) { return std::string(value != nullptr ? value : ""); };
  return Options{text(capture), text(ca_file), loopback != 0, finish != 0, version != 0};
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
  if (options->finish == !options->capture.empty()) {
    glib::log::error("classcast-recorder",
                     "give either --capture FOLDER or --finish; see daemon/recorder/README.md");
    return exit_code(ExitCode::usage);
  }
  // One arena: the many short-lived threads of GStreamer would otherwise keep memory in one each.
  mallopt(M_ARENA_MAX, 1);
  g_setenv("GSETTINGS_BACKEND", "memory", FALSE);
  glib::log::capture_glib();
  pipelines::init();
  if (options->finish) return recorder::run_finish();
  return recorder::run_capture({options->capture, options->ca_file, options->loopback});
}
