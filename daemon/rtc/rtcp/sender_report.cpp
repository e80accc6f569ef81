// SPDX-License-Identifier: MIT
#include "rtc/rtcp/sender_report.hpp"

namespace classcast::rtc::rtcp {

// |                         SSRC of sender                        |
// |              NTP timestamp, most significant word             |
// |             NTP timestamp, least significant word             |
// |                         RTP timestamp                         |
// |                     sender's packet count                     |
// |                      sender's octet count                     |
std::optional<SenderReport> SenderReport::parse(const PacketView& packet) {
  Reader reader(packet.body);
  auto sender = reader.u32();
  auto ntp = reader.u64();
  auto rtp_time = reader.u32();
  auto packets = reader.u32();
  auto octets = reader.u32();
  if (packet.type != Type::sender_report || !octets) return std::nullopt;
  auto blocks = parse_report_blocks(reader, packet.count);
  if (!blocks) return std::nullopt;
  return SenderReport{{*sender}, *ntp, *rtp_time, *packets, *octets, *blocks};
}

void SenderReport::write(Writer& writer) const {
  PacketWriter packet(writer, Type::sender_report, static_cast<std::uint8_t>(blocks.size()));
  writer.u32(sender.value);
  writer.u64(ntp);
  writer.u32(rtp_time);
  writer.u32(packets);
  writer.u32(octets);
  for (const auto& block : blocks) block.write(writer);
}

}  // namespace classcast::rtc::rtcp
