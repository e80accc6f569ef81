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
  ExitCode (*run)(const Arguments& arguments);
};

ExitCode check(const Arguments& arguments);
ExitCode explain(const Arguments& arguments);
ExitCode doctor(const Arguments& arguments);
ExitCode status(const Arguments& arguments);
ExitCode bundle(const Arguments& arguments);
ExitCode enroll(const Arguments& arguments);

/// An error on standard error.
void complain(std::string_view text);

}  // namespace classcast::ctl
