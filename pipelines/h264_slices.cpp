// SPDX-License-Identifier: MIT
#include "pipelines/h264_slices.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace classcast::pipelines {

namespace {

/// Exp-Golomb numbers (ITU-T H.264 §9.1).
class BitReader {
 public:
  explicit BitReader(Bytes data) : data_(data) {}

  std::optional<unsigned> ue() {
    unsigned zeros = 0;
    for (auto b = bit(); b != 1U; b = bit(), ++zeros) {
      if (!b || zeros == kMaxZeros) return std::nullopt;
    }
    unsigned value = 1;
    for (; zeros > 0; --zeros) {
      auto b = bit();
      if (!b) return std::nullopt;
      value = (value << 1) | *b;
    }
    return value - 1;
  }

 private:
  static constexpr unsigned kMaxZeros = 20;  // more macroblocks than any level allows (table A-1)

  std::optional<unsigned> bit() {
    if (at_ / 8 >= data_.size()) return std::nullopt;
    auto value = (data_[at_ / 8] >> (7 - at_ % 8)) & 1U;
    ++at_;
    return value;
  }

  Bytes data_;
  std::size_t at_ = 0;
};

/// What follows the next start code 00 00 01 (Annex B); nothing when there is none.
std::optional<Bytes> next_unit(Bytes data) {
  constexpr std::array<std::uint8_t, 3> kStartCode = {0, 0, 1};
  auto found = std::search(data.begin(), data.end(), kStartCode.begin(), kStartCode.end());
  if (data.end() - found <= 3) return std::nullopt;
  return data.subspan(static_cast<std::size_t>(found - data.begin()) + kStartCode.size());
}

// ITU-T H.264 table 7-1: a slice that is not partitioned, and one of an IDR picture.
constexpr unsigned kSlice = 1;
constexpr unsigned kIdrSlice = 5;

}  // namespace

bool begins_with_b_slice(Bytes access_unit) {
  for (auto unit = next_unit(access_unit); unit; unit = next_unit(*unit)) {
    const auto type = unit->front() & 0x1fU;
    if (type == kIdrSlice) return false;
    if (type != kSlice) continue;
    // slice_header(): first_mb_in_slice, slice_type; 1 and 6 are B (table 7-6).
    BitReader bits(unit->subspan(1));
    if (!bits.ue()) return false;
    const auto slice_type = bits.ue();
    return slice_type && *slice_type % 5 == 1;
  }
  return false;
}

}  // namespace classcast::pipelines
