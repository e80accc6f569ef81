// SPDX-License-Identifier: MIT
#include "rtc/rtcp/nack.hpp"

namespace classcast::rtc::rtcp {

namespace {
/// Packets that the bit mask of an item names.
constexpr std::uint16_t kMaskBits = 16;
}  // namespace

// |                  SSRC of packet sender                        |
// |                  SSRC of media source                         |
// |            PID                |             BLP               |
std::optional<Nack> Nack::parse(const PacketView& packet) {
  Reader reader(packet.body);
  auto sender = reader.u32();
  auto media = reader.u32();
  bool ours = packet.type == Type::transport_feedback && packet.count == kFormatNack;
  if (!ours || !media) return std::nullopt;
  Nack nack{{*sender}, {*media}, {}};
  while (auto first = reader.u16()) {
    auto following = reader.u16();
    if (!following) return std::nullopt;
    if (!nack.items.push_back({*first, *following})) break;
  }
  return nack;
}

void Nack::write(Writer& writer) const {
  PacketWriter packet(writer, Type::transport_feedback, kFormatNack);
  writer.u32(sender.value);
  writer.u32(media.value);
  for (const auto& item : items) {
    writer.u16(item.first);
    writer.u16(item.following);
  }
}

bool Nack::add(std::uint16_t seq) {
  if (!items.empty()) {
    auto& last = items[items.size() - 1];
    auto ahead = static_cast<std::uint16_t>(seq - last.first);
    if (ahead == 0) return true;
    if (ahead <= kMaskBits) {
      last.following = static_cast<std::uint16_t>(last.following | (1U << (ahead - 1)));
      return true;
    }
  }
  return items.push_back({seq, 0});
}

}  // namespace classcast::rtc::rtcp
