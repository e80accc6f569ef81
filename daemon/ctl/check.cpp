// SPDX-License-Identifier: MIT
// classcastctl check
#include "ctl/options.hpp"
#include "device/settings.hpp"

#include <fmt/format.h>

namespace classcast::ctl {

ExitCode check(const Arguments& arguments) {
  std::string config = kDefaultConfig;
  auto options = command_options(
      "check", "",
      "Reads the configuration as classcastd does, and names the first mistake with its file, line and key.");
  if (auto parsed = with_config(options, config).parse(arguments, 0); !parsed) {
    complain(parsed.error().message);
    return ExitCode::usage;
  }
  if (auto settings = device::load_settings(config); !settings) {
    complain(settings.error().message);
    return ExitCode::config;
  }
  fmt::print("{} is valid\n", config);
  return ExitCode::ok;
}

}  // namespace classcast::ctl
