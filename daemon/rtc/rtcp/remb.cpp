// SPDX-License-Identifier: MIT
#include "rtc/rtcp/remb.hpp"

namespace classcast::rtc::rtcp {

namespace {

constexpr std::uint32_t kIdentifier = 0x52454D42;  // "REMB"
constexpr unsigned kMantissaBits = 18;

}  // namespace

// |                  SSRC of packet sender                        |
// |                  SSRC of media source = 0                     |
// |  Unique identifier 'R' 'E' 'M' 'B'                            |
// |  Num SSRC     | BR Exp    |  BR Mantissa                      |
// |   SSRC feedback                                               |
std::optional<Remb> Remb::parse(const PacketView& packet) {
  Reader reader(packet.body);
  auto sender = reader.u32();
  reader.u32();
  auto identifier = reader.u32();
  auto count = reader.u8();
  auto rate = reader.u24();
  bool ours = packet.type == Type::payload_feedback && packet.count == kFormatApplication;
  if (!ours || !rate || *identifier != kIdentifier) return std::nullopt;
  Remb remb;
  remb.sender = {*sender};
  auto exponent = *rate >> kMantissaBits;
  std::uint64_t mantissa = *rate & ((1U << kMantissaBits) - 1);
  // 63 bits at most: a larger estimate is no estimate.
  if (exponent >= 64 - kMantissaBits && mantissa != 0) return std::nullopt;
  remb.bitrate_bps = mantissa == 0 ? 0 : mantissa << exponent;
  for (int i = 0; i < *count; ++i) {
    auto ssrc = reader.u32();
    if (!ssrc) return std::nullopt;
    if (!remb.sources.push_back({*ssrc})) break;
  }
  return remb;
}

void Remb::write(Writer& writer) const {
  std::uint32_t exponent = 0;
  while (bitrate_bps >> exponent >= 1U << kMantissaBits) ++exponent;
  PacketWriter packet(writer, Type::payload_feedback, kFormatApplication);
  writer.u32(sender.value);
  writer.u32(0);
  writer.u32(kIdentifier);
  writer.u8(static_cast<std::uint8_t>(sources.size()));
  writer.u24((exponent << kMantissaBits) | static_cast<std::uint32_t>(bitrate_bps >> exponent));
  for (auto ssrc : sources) writer.u32(ssrc.value);
}

}  // namespace classcast::rtc::rtcp
