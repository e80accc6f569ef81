// SPDX-License-Identifier: MIT
#include "rtc/rtcp/fir.hpp"

namespace classcast::rtc::rtcp {

// |                  SSRC of packet sender                        |
// |             SSRC of media source (unused) = 0                 |
// |                              SSRC                             |
// | Seq nr.       |    Reserved = 0                               |
std::optional<Fir> Fir::parse(const PacketView& packet) {
  Reader reader(packet.body);
  auto sender = reader.u32();
  bool ours = packet.type == Type::payload_feedback && packet.count == kFormatFir;
  if (!ours || !reader.skip(4)) return std::nullopt;
  Fir fir{{*sender}, {}};
  while (auto media = reader.u32()) {
    auto command = reader.u8();
    if (!reader.skip(3)) return std::nullopt;
    if (!fir.entries.push_back({{*media}, *command})) break;
  }
  return fir;
}

void Fir::write(Writer& writer) const {
  PacketWriter packet(writer, Type::payload_feedback, kFormatFir);
  writer.u32(sender.value);
  writer.u32(0);
  for (const auto& entry : entries) {
    writer.u32(entry.media.value);
    writer.u8(entry.command);
    writer.u24(0);
  }
}

}  // namespace classcast::rtc::rtcp
