// SPDX-License-Identifier: MIT
// Result<T>: a value or an Error. No exception crosses a module border.
#pragma once

#include <fmt/format.h>
#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace classcast {

/// The closed set of error kinds; each edge maps them in one table (HTTP status, exit code).
enum class Errc { invalid, denied, not_found, conflict, exhausted, unavailable, timeout, internal };

/// What went wrong, in one sentence for the person who can do something about it. Never holds a secret.
struct Error {
  Errc code = Errc::internal;
  std::string message;
};

template <typename T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

/// `return fail(Errc::invalid, "port {} is taken", port);`
template <typename... Args>
[[nodiscard]] tl::unexpected<Error> fail(Errc code, fmt::format_string<Args...> text, Args&&... args) {
  return tl::make_unexpected(Error{code, fmt::format(text, std::forward<Args>(args)...)});
}

/// Hands an error on: `if (!r) return fail(r);`
template <typename T>
[[nodiscard]] tl::unexpected<Error> fail(const Result<T>& failed) {
  return tl::make_unexpected(failed.error());
}

}  // namespace classcast
