// SPDX-License-Identifier: MIT
#include "base/random.hpp"

#include "base/strings.hpp"

#include <sys/random.h>

#include <cerrno>
#include <cstdlib>

namespace classcast {

void random_fill(MutableBytes out) {
  while (!out.empty()) {
    auto got = getrandom(out.data(), out.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) std::abort();  // No kernel randomness: nothing that follows could be safe.
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

std::uint32_t random_u32() {
  std::uint32_t value = 0;
  random_fill({reinterpret_cast<std::uint8_t*>(&value), sizeof value});
  return value;
}

std::string random_hex(std::size_t bytes) {
  Buffer buffer(bytes);
  random_fill(buffer);
  return to_hex(buffer);
}

}  // namespace classcast
