// SPDX-License-Identifier: MIT
#include "rtc/rtcp/bye.hpp"

namespace classcast::rtc::rtcp {

std::optional<Bye> Bye::parse(const PacketView& packet) {
  if (packet.type != Type::bye) return std::nullopt;
  Bye bye;
  Reader reader(packet.body);
  for (int i = 0; i < packet.count; ++i) {
    auto ssrc = reader.u32();
    if (!ssrc) return std::nullopt;
    bye.sources.push_back({*ssrc});
  }
  return bye;
}

void Bye::write(Writer& writer) const {
  PacketWriter packet(writer, Type::bye, static_cast<std::uint8_t>(sources.size()));
  for (auto ssrc : sources) writer.u32(ssrc.value);
}

}  // namespace classcast::rtc::rtcp
