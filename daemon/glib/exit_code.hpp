// SPDX-License-Identifier: MIT
// Exit codes of the programs, after sysexits.h, so that a unit file can tell a bad file from a bad day.
#pragma once

#include "base/result.hpp"

#include <sysexits.h>

namespace classcast::glib {

enum class ExitCode {
  ok = EX_OK,
  usage = EX_USAGE,
  unavailable = EX_UNAVAILABLE,
  internal = EX_SOFTWARE,
  cannot_create = EX_CANTCREAT,
  denied = EX_NOPERM,
  config = EX_CONFIG,
};

inline int exit_code(ExitCode code) {
  return static_cast<int>(code);
}

}  // namespace classcast::glib
