// SPDX-License-Identifier: MIT
// Eviction: whose sessions the server wants ended, because somebody lost a right while they were open.
#pragma once

#include "protocol/token.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace classcast::relay {

struct Eviction {
  std::string sub;  ///< a token's owner, and all below it: "user:7" is also "user:7/1f9a"; empty: everybody's
  std::string room;  ///< empty: in every room
  [[nodiscard]] bool covers(std::string_view owner, std::string_view its_room) const;
};

/// Tokens outlive the right that they were signed for; those that an eviction covers are good for nothing.
class Evictions {
 public:
  /// `until_ms`: by the clock of the server, which also signs the tokens; Unix milliseconds.
  void add(Eviction eviction, std::int64_t until_ms);
  [[nodiscard]] bool cover(const protocol::TokenClaims& token) const;

 private:
  struct Entry {
    Eviction eviction;
    std::int64_t until_ms;
  };
  std::vector<Entry> entries_;
};

}  // namespace classcast::relay
