// SPDX-License-Identifier: MIT
#include "base/id.hpp"

#include "base/strings.hpp"

#include <algorithm>

namespace classcast {

bool RoomId::valid(std::string_view text) {
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= kMaxLength && letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || c == '-'; });
}

Result<RoomId> RoomId::parse(std::string_view text) {
  if (!valid(text)) {
    return fail(Errc::invalid,
                "\"{}\" is not a room id: use 1 to 63 lower-case letters, digits and hyphens, "
                "and begin with a letter or digit",
                printable(text.substr(0, kMaxLength)));
  }
  return RoomId(std::string(text));
}

}  // namespace classcast
