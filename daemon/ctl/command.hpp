// SPDX-License-Identifier: MIT
// One command of classcastctl.
#pragma once

#include "glib/exit_code.hpp"

#include <gio/gio.h>

#include <string>
#include <string_view>
#include <vector>

namespace classcast::ctl {

using glib::ExitCode;

inline constexpr const char* kDefaultConfig = "/etc/classcast/classroom.conf";

/// What follows the command's name, read by an OptionSet of its own.
using Arguments = std::vector<std::string>;

struct Command {
  std::string_view name;
  std::string_view summary;
  ExitCode (*run)(Arguments arguments);
};

ExitCode check(Arguments arguments);
ExitCode explain(Arguments arguments);
ExitCode doctor(Arguments arguments);
ExitCode status(Arguments arguments);
ExitCode bundle(Arguments arguments);
ExitCode enroll(Arguments arguments);

/// An error on standard error.
void complain(std::string_view text);

}  // namespace classcast::ctl
