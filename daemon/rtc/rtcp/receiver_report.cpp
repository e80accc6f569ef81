// SPDX-License-Identifier: MIT
#include "rtc/rtcp/receiver_report.hpp"

namespace classcast::rtc::rtcp {

std::optional<ReceiverReport> ReceiverReport::parse(const PacketView& packet) {
  Reader reader(packet.body);
  auto sender = reader.u32();
  if (packet.type != Type::receiver_report || !sender) return std::nullopt;
  auto blocks = parse_report_blocks(reader, packet.count);
  if (!blocks) return std::nullopt;
  return ReceiverReport{{*sender}, *blocks};
}

void ReceiverReport::write(Writer& writer) const {
  PacketWriter packet(writer, Type::receiver_report, static_cast<std::uint8_t>(blocks.size()));
  writer.u32(sender.value);
  for (const auto& block : blocks) block.write(writer);
}

}  // namespace classcast::rtc::rtcp
