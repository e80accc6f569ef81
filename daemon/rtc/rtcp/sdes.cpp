// SPDX-License-Identifier: MIT
#include "rtc/rtcp/sdes.hpp"

#include <algorithm>

namespace classcast::rtc::rtcp {

namespace {

/// RFC 3550 §6.5: item types.
constexpr std::uint8_t kEnd = 0;
constexpr std::uint8_t kCname = 1;

/// Reads items up to the null octet and the padding of the chunk; false when they do not fit.
bool read_items(Reader& reader, Sdes::Chunk& chunk) {
  for (;;) {
    auto type = reader.u8();
    if (!type) return false;
    if (*type == kEnd) break;
    auto length = reader.u8();
    auto text = length ? reader.bytes(*length) : std::nullopt;
    if (!text) return false;
    if (*type == kCname) chunk.cname = as_text(*text);
  }
  // The next chunk begins at a 32-bit boundary; a body begins at one too.
  return reader.skip((4 - reader.position() % 4) % 4);
}

}  // namespace

std::optional<Sdes> Sdes::parse(const PacketView& packet) {
  if (packet.type != Type::sdes) return std::nullopt;
  Sdes sdes;
  Reader reader(packet.body);
  for (int i = 0; i < packet.count; ++i) {
    auto ssrc = reader.u32();
    if (!ssrc) return std::nullopt;
    Chunk chunk{{*ssrc}, {}};
    if (!read_items(reader, chunk)) return std::nullopt;
    sdes.chunks.push_back(chunk);
  }
  return sdes;
}

void Sdes::write(Writer& writer) const {
  PacketWriter packet(writer, Type::sdes, static_cast<std::uint8_t>(chunks.size()));
  for (const auto& chunk : chunks) {
    auto text = chunk.cname.substr(0, kMaxText);
    writer.u32(chunk.ssrc.value);
    writer.u8(kCname);
    writer.u8(static_cast<std::uint8_t>(text.size()));
    writer.bytes(as_bytes(text));
    // One to four null octets: the end of the items, then up to the boundary.
    writer.zeros(4 - (2 + text.size()) % 4);
  }
}

}  // namespace classcast::rtc::rtcp
