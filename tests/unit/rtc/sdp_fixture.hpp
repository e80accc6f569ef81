// SPDX-License-Identifier: MIT
#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace classcast::rtc {

/// The text of tests/fixtures/rtc/<name>: descriptions that real programs sent.
inline std::string fixture(std::string_view name) {
  std::ifstream file(std::string(FIXTURES "/rtc/") + std::string(name));
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace classcast::rtc
