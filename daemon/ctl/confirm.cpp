// SPDX-License-Identifier: MIT
#include "ctl/confirm.hpp"

#include "base/strings.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <string>

namespace classcast::ctl {

Reply confirm(std::string_view question) {
  if (isatty(STDIN_FILENO) == 0) return Reply::nobody;
  fmt::print("{} [yes/no] ", question);
  std::fflush(stdout);
  std::string line;
  std::getline(std::cin, line);
  return lower(trim(line)) == "yes" ? Reply::yes : Reply::no;
}

}  // namespace classcast::ctl
