// SPDX-License-Identifier: MIT
// A type per identifier, so that a room is never passed where a session is meant.
#pragma once

#include "base/result.hpp"

#include <compare>
#include <functional>
#include <string>
#include <string_view>

namespace classcast {

/// A room's name in URLs, tokens and files: `[a-z0-9][a-z0-9-]{0,62}`.
class RoomId {
 public:
  static constexpr std::size_t kMaxLength = 63;

  static Result<RoomId> parse(std::string_view text);
  static bool valid(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  // clang-tidy 14 takes the zero that the compiler compares with for a pointer.
  auto operator<=>(const RoomId&) const = default;  // NOLINT(modernize-use-nullptr)

 private:
  explicit RoomId(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace classcast

template <>
struct std::hash<classcast::RoomId> {
  std::size_t operator()(const classcast::RoomId& id) const noexcept {
    return std::hash<std::string>()(id.text());
  }
};
