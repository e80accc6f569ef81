// SPDX-License-Identifier: MIT
// Serial number arithmetic (RFC 1982) for RTP sequence numbers and timestamps, and unwrapping to 64 bits.
#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>

namespace classcast::rtc {

/// True when `a` comes after `b`, taking the shorter way round the circle. Exactly half-way is "not after".
template <typename T>
constexpr bool serial_after(T a, T b) {
  static_assert(std::is_unsigned_v<T>);
  auto ahead = static_cast<T>(a - b);
  return ahead != 0 && ahead < T{1} << (8 * sizeof(T) - 1);
}

/// The signed distance a - b on the shorter way round.
template <typename T>
constexpr std::int64_t serial_distance(T a, T b) {
  static_assert(std::is_unsigned_v<T>);
  return static_cast<std::make_signed_t<T>>(static_cast<T>(a - b));
}

/// Follows a wrapping counter on an endless line: 65535, 0 becomes 65535, 65536. Values that come late are
/// placed before the newest one.
template <typename T>
class Unwrapper {
 public:
  std::int64_t unwrap(T value) {
    if (!last_) {
      last_ = value;
      return *last_;
    }
    auto unwrapped = *last_ + serial_distance(value, static_cast<T>(*last_));
    if (unwrapped > *last_) last_ = unwrapped;
    return unwrapped;
  }
  void reset() { last_.reset(); }

 private:
  std::optional<std::int64_t> last_;
};

using SeqUnwrapper = Unwrapper<std::uint16_t>;
using TimestampUnwrapper = Unwrapper<std::uint32_t>;

}  // namespace classcast::rtc
