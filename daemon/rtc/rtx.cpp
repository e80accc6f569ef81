// SPDX-License-Identifier: MIT
#include "rtc/rtx.hpp"

#include <algorithm>

namespace classcast::rtc {

namespace {
/// RFC 4588 §4: OSN, the original sequence number.
constexpr std::size_t kOsnSize = 2;
}  // namespace

std::size_t wrap_rtx(const RtpPacket& original, RtxStream stream, std::uint16_t seq, MutableBytes out) {
  Writer writer(out);
  writer.bytes(original.header());
  writer.u16(original.seq());
  writer.bytes(original.payload());
  if (!writer.ok()) return 0;
  out[0] &= static_cast<std::uint8_t>(~0x20U);  // the padding stays behind
  auto packet = RtpPacket::parse(out.first(writer.size()));
  if (!packet) return 0;
  packet->set_payload_type(stream.payload_type);
  packet->set_ssrc(stream.ssrc);
  packet->set_seq(seq);
  return writer.size();
}

std::optional<RtpPacket> unwrap_rtx(RtpPacket packet, RtxStream original) {
  auto payload = packet.payload();
  if (payload.size() <= kOsnSize) return std::nullopt;
  auto osn = static_cast<std::uint16_t>((payload[0] << 8) | payload[1]);
  auto header = packet.header().size();
  auto bytes = packet.mutable_bytes().first(header + payload.size());
  std::copy(bytes.begin() + static_cast<std::ptrdiff_t>(header + kOsnSize), bytes.end(),
            bytes.begin() + static_cast<std::ptrdiff_t>(header));
  bytes[0] &= static_cast<std::uint8_t>(~0x20U);
  auto restored = RtpPacket::parse(bytes.first(bytes.size() - kOsnSize));
  if (!restored) return std::nullopt;
  restored->set_seq(osn);
  restored->set_payload_type(original.payload_type);
  restored->set_ssrc(original.ssrc);
  return restored;
}

}  // namespace classcast::rtc
