// SPDX-License-Identifier: MIT
// CRC-32 of ITU V.42 (polynomial 0x04C11DB7 reflected), which STUN's FINGERPRINT uses (RFC 8489 §14.7).
#pragma once

#include "base/bytes.hpp"

#include <array>
#include <cstdint>

namespace classcast::rtc {

namespace detail {

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    auto value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0xEDB88320U : 0U);
    table[i] = value;
  }
  return table;
}

inline constexpr auto kCrcTable = make_crc_table();

}  // namespace detail

inline std::uint32_t crc32(Bytes data) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (auto byte : data) crc = detail::kCrcTable[(crc ^ byte) & 0xff] ^ (crc >> 8);
  return ~crc;
}

}  // namespace classcast::rtc
