// SPDX-License-Identifier: MIT
// classcastctl: the technician's tool on a classroom PC.
#include "ctl/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace {

using namespace classcast;

constexpr ctl::Command kCommands[] = {
    {"enroll", "join this PC to its room at the server, with a code or a token", ctl::enroll},
    {"check", "is the configuration right? (reads files only)", ctl::check},
    {"doctor", "try the camera, the sound, the server; say what to do about each fault", ctl::doctor},
    {"status", "what the running service is doing", ctl::status},
    {"explain", "every setting that counts, with the file and line it comes from", ctl::explain},
    {"bundle", "an archive without secrets to send to support", ctl::bundle},
};

void print_usage(std::FILE* out) {
  fmt::print(out, "usage: classcastctl COMMAND [OPTION…]\n\n");
  for (const auto& command : kCommands) fmt::print(out, "  {:<10}{}\n", command.name, command.summary);
  fmt::print(out,
             "\nclasscastctl COMMAND --help tells more. Exit codes are those of sysexits.h: 0 all is well, "
             "64 wrong use,\n"
             "69 something does not work, 73 a file cannot be written, 77 refused, 78 the configuration is "
             "wrong.\n");
}

}  // namespace

int main(int argc, char** argv) {
  // Nothing here has a desktop's settings; without this GIO starts dconf, which wants a home directory.
  g_setenv("GSETTINGS_BACKEND", "memory", FALSE);
  const std::string_view word = argc > 1 ? argv[1] : "";
  if (word == "--version") {
    fmt::print("classcastctl {}\n", CLASSCAST_VERSION);
    return exit_code(glib::ExitCode::ok);
  }
  if (word == "--help" || word == "-h" || word == "help") {
    print_usage(stdout);
    return exit_code(glib::ExitCode::ok);
  }
  const auto* command =
      std::find_if(std::begin(kCommands), std::end(kCommands), [&](auto& c) { return c.name == word; });
  if (command == std::end(kCommands)) {
    print_usage(stderr);
    return exit_code(glib::ExitCode::usage);
  }
  return exit_code(command->run(ctl::Arguments(argv + 2, argv + argc)));
}
