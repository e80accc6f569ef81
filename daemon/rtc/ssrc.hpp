// SPDX-License-Identifier: MIT
// Ssrc: the synchronisation source of RFC 3550 §3, a type of its own so that it is never passed as a count or
// time.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace classcast::rtc {

struct Ssrc {
  std::uint32_t value = 0;

  auto operator<=>(const Ssrc&) const = default;
};

}  // namespace classcast::rtc

template <>
struct std::hash<classcast::rtc::Ssrc> {
  std::size_t operator()(classcast::rtc::Ssrc ssrc) const noexcept { return ssrc.value; }
};
