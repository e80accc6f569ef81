// SPDX-License-Identifier: MIT
// The account under which the service runs: what root may do, a sound server or a file may refuse to it.
#pragma once

#include "base/result.hpp"

#include <string>

namespace classcast::ctl {

inline constexpr const char* kServiceAccount = "classcast";

/// Root becomes this account, with the groups of the unit file. Does nothing for others, or when there is no
/// such account (before the package is installed). Errc::denied when the kernel refuses.
Result<void> become(const std::string& account);

}  // namespace classcast::ctl
