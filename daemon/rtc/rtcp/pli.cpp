// SPDX-License-Identifier: MIT
#include "rtc/rtcp/pli.hpp"

namespace classcast::rtc::rtcp {

std::optional<Pli> Pli::parse(const PacketView& packet) {
  Reader reader(packet.body);
  auto sender = reader.u32();
  auto media = reader.u32();
  bool ours = packet.type == Type::payload_feedback && packet.count == kFormatPli;
  if (!ours || !media) return std::nullopt;
  return Pli{{*sender}, {*media}};
}

void Pli::write(Writer& writer) const {
  PacketWriter packet(writer, Type::payload_feedback, kFormatPli);
  writer.u32(sender.value);
  writer.u32(media.value);
}

}  // namespace classcast::rtc::rtcp
