// SPDX-License-Identifier: MIT
// A question to the person at the terminal.
#pragma once

#include <string_view>

namespace classcast::ctl {

enum class Reply { yes, no, nobody };

/// `nobody` when standard input is no terminal.
Reply confirm(std::string_view question);

}  // namespace classcast::ctl
