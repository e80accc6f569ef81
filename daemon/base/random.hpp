// SPDX-License-Identifier: MIT
// Random bytes fit for keys and session URLs, from the kernel (getrandom(2)).
#pragma once

#include "base/bytes.hpp"

#include <string>

namespace classcast {

void random_fill(MutableBytes out);
std::uint32_t random_u32();
/// `bytes` random bytes as lower-case hex, e.g. 16 for a 128-bit session id.
std::string random_hex(std::size_t bytes);

}  // namespace classcast
