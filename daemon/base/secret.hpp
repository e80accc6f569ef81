// SPDX-License-Identifier: MIT
// Secret: text that prints as *** wherever it is formatted by accident.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>

namespace classcast {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  /// The only way to the text; every use of it is a place to review.
  [[nodiscard]] const std::string& reveal() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  bool operator==(const Secret&) const = default;

 private:
  std::string text_;
};

}  // namespace classcast

template <>
struct fmt::formatter<classcast::Secret> : fmt::formatter<std::string_view> {
  template <typename Context>
  auto format(const classcast::Secret&, Context& context) const {
    return fmt::formatter<std::string_view>::format("***", context);
  }
};
