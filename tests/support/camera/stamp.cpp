// SPDX-License-Identifier: MIT
#include "stamp.hpp"

#include <cstring>

namespace classcast::camera {
namespace {

constexpr int kColumns = 32;
constexpr int kRows = 2;
constexpr int kBlocksPerWidth = 40;
constexpr std::uint8_t kWhite = 235;
constexpr std::uint8_t kBlack = 16;
constexpr std::uint8_t kNoColour = 128;

// CRC-16/CCITT-FALSE over the six bytes before it.
std::uint16_t crc16(std::uint64_t bits48) {
  std::uint16_t crc = 0xFFFF;
  for (int shift = 40; shift >= 0; shift -= 8) {
    crc ^= static_cast<std::uint16_t>(((bits48 >> shift) & 0xFF) << 8);
    for (int i = 0; i < 8; ++i) {
      crc = static_cast<std::uint16_t>((crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1);
    }
  }
  return crc;
}

void fill(GstVideoFrame& frame, int plane, int x, int y, int size, std::uint8_t value) {
  const auto stride = GST_VIDEO_FRAME_PLANE_STRIDE(&frame, plane);
  auto* data = static_cast<std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, plane));
  for (int row = y; row < y + size; ++row) {
    std::memset(data + static_cast<std::ptrdiff_t>(row) * stride + x, value, static_cast<std::size_t>(size));
  }
}

}  // namespace

std::uint16_t room_code(std::string_view room) {
  std::uint32_t hash = 0x811C9DC5;
  for (const char c : room) {
    hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x01000193U;
  }
  return static_cast<std::uint16_t>((hash >> 16) ^ (hash & 0xFFFF));
}

void burn(GstVideoFrame& frame, const Stamp& stamp) {
  const std::uint64_t payload = (static_cast<std::uint64_t>(stamp.room) << 32) | stamp.value;
  const std::uint64_t bits = (payload << 16) | crc16(payload);
  // Even, so that the half-size colour planes meet the block's edges.
  const int block = GST_VIDEO_FRAME_WIDTH(&frame) / kBlocksPerWidth & ~1;
  for (int i = 0; i < kColumns * kRows; ++i) {
    const int x = i % kColumns * block;
    const int y = i / kColumns * block;
    fill(frame, 0, x, y, block, ((bits >> (63 - i)) & 1) != 0 ? kWhite : kBlack);
    fill(frame, 1, x / 2, y / 2, block / 2, kNoColour);
    fill(frame, 2, x / 2, y / 2, block / 2, kNoColour);
  }
}

}  // namespace classcast::camera
