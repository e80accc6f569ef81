// SPDX-License-Identifier: MIT
// Refusal: why a WHIP or WHEP request cannot be served, as the client is told.
#pragma once

#include "base/result.hpp"
#include "protocol/problem.hpp"

#include <optional>
#include <string>
#include <utility>

namespace classcast::relay {

struct Refusal {
  protocol::ErrorId id = protocol::ErrorId::internal;
  std::string detail;
  std::optional<int> retry_after_s;
};

template <typename T>
using Outcome = tl::expected<T, Refusal>;

[[nodiscard]] inline tl::unexpected<Refusal> refuse(protocol::ErrorId id, std::string detail,
                                                    std::optional<int> retry_after_s = std::nullopt) {
  return tl::make_unexpected(Refusal{id, std::move(detail), retry_after_s});
}

}  // namespace classcast::relay
