// SPDX-License-Identifier: MIT
// Which packet indices were seen (RFC 3711 §3.3.2), and the guess of an index from 16 bits of it (Appendix
// A).
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>

namespace classcast::rtc {

template <std::size_t Size>
class ReplayWindow {
 public:
  /// Before anything was seen every index is new.
  [[nodiscard]] bool is_new(std::uint64_t index) const {
    if (!highest_ || index > *highest_) return true;
    return *highest_ - index < Size && !seen_[index % Size];
  }

  void mark(std::uint64_t index) {
    if (!highest_) {
      highest_ = index;
    } else if (index > *highest_) {
      forget(index);
      highest_ = index;
    } else if (*highest_ - index >= Size) {
      return;
    }
    seen_[index % Size] = true;
  }

  [[nodiscard]] std::optional<std::uint64_t> highest() const { return highest_; }

 private:
  /// The places of indices that are skipped on the way to `index` become free.
  void forget(std::uint64_t index) {
    if (index - *highest_ >= Size) {
      seen_.reset();
      return;
    }
    for (auto i = *highest_ + 1; i <= index; ++i) seen_[i % Size] = false;
  }

  std::bitset<Size> seen_;
  std::optional<std::uint64_t> highest_;
};

/// RFC 3711 Appendix A: the 48-bit index (roll-over counter and sequence number) nearest to the highest one
/// so far.
constexpr std::uint64_t estimate_index(std::optional<std::uint64_t> highest, std::uint16_t seq) {
  if (!highest) return seq;
  auto roc = *highest >> 16;
  auto last = static_cast<std::uint16_t>(*highest);
  if (last < 0x8000) {
    if (seq > last && seq - last > 0x8000 && roc > 0) --roc;
  } else if (last - 0x8000 > seq) {
    ++roc;
  }
  return (roc << 16) | seq;
}

}  // namespace classcast::rtc
