// SPDX-License-Identifier: MIT
#include "ctl/command.hpp"

#include <fmt/format.h>

namespace classcast::ctl {

void complain(std::string_view text) {
  fmt::print(stderr, "classcastctl: {}\n", text);
}

}  // namespace classcast::ctl
