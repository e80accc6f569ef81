// SPDX-License-Identifier: MIT
// The options of one command of classcastctl.
#pragma once

#include "ctl/command.hpp"
#include "glib/options.hpp"

#include <fmt/format.h>

#include <string>

namespace classcast::ctl {

inline glib::OptionSet command_options(const char* command, const char* synopsis, const char* text) {
  return {fmt::format("classcastctl {}", command), synopsis, text};
}

/// The option that nearly every command has.
inline glib::OptionSet& with_config(glib::OptionSet& options, std::string& config) {
  return options.text("config", config, "Read this file instead of /etc/classcast/classroom.conf", "FILE");
}

}  // namespace classcast::ctl
