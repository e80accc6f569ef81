// SPDX-License-Identifier: MIT
// Bytes of a fixture written as hexadecimal text; blanks are ignored.
#pragma once

#include "base/bytes.hpp"

#include <string_view>

namespace classcast {

inline Buffer hex(std::string_view text) {
  Buffer out;
  int half = -1;
  for (char c : text) {
    int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) continue;
    if (half < 0) {
      half = digit;
      continue;
    }
    out.push_back(static_cast<std::uint8_t>(half * 16 + digit));
    half = -1;
  }
  return out;
}

inline Buffer to_buffer(Bytes bytes) {
  return {bytes.begin(), bytes.end()};
}

}  // namespace classcast
