// SPDX-License-Identifier: MIT
#include "rtc/rtcp/packet.hpp"

namespace classcast::rtc::rtcp {

namespace {
constexpr std::size_t kHeader = 4;
}

std::optional<PacketView> Compound::next() {
  if (rest_.empty() || malformed_) return std::nullopt;
  malformed_ = true;
  if (rest_.size() < kHeader || rest_[0] >> 6 != 2) return std::nullopt;
  // RFC 3550 §6.4.1: length in 32-bit words minus one.
  std::size_t size = ((std::size_t{rest_[2]} << 8) + rest_[3] + 1) * 4;
  if (size > rest_.size()) return std::nullopt;
  auto body = rest_.subspan(kHeader, size - kHeader);
  if ((rest_[0] & 0x20) != 0) {
    if (body.empty() || body.back() == 0 || body.back() > body.size()) return std::nullopt;
    body = body.first(body.size() - body.back());
  }
  PacketView packet{static_cast<Type>(rest_[1]), static_cast<std::uint8_t>(rest_[0] & 0x1f), body};
  rest_ = rest_.subspan(size);
  malformed_ = false;
  return packet;
}

PacketWriter::PacketWriter(Writer& writer, Type type, std::uint8_t count)
    : writer_(writer), start_(writer.size()) {
  writer_.u8(static_cast<std::uint8_t>(0x80 | (count & 0x1f)));
  writer_.u8(static_cast<std::uint8_t>(type));
  writer_.u16(0);
}

PacketWriter::~PacketWriter() {
  if (!writer_.ok()) return;
  writer_.zeros((4 - (writer_.size() - start_) % 4) % 4);
  if (writer_.ok()) {
    writer_.patch_u16(start_ + 2, static_cast<std::uint16_t>((writer_.size() - start_) / 4 - 1));
  }
}

}  // namespace classcast::rtc::rtcp
