// SPDX-License-Identifier: MIT
#include "rtc/rtcp/pause.hpp"

namespace classcast::rtc::rtcp {

namespace {

constexpr std::size_t kWord = 4;
constexpr std::uint8_t kHighestKind = static_cast<std::uint8_t>(Pause::Kind::refused);

/// One message; false when it does not fit. `known` tells whether its type is one of ours.
bool read_entry(Reader& reader, Pause::Entry& entry, bool& known) {
  auto target = reader.u32();
  auto type = reader.u8();
  auto words = reader.u8();
  auto id = reader.u16();
  if (!id) return false;
  auto kind = static_cast<std::uint8_t>(*type >> 4);
  known = kind <= kHighestKind;
  entry = {{*target}, static_cast<Pause::Kind>(kind), *id, 0};
  std::size_t left = *words;
  if (known && entry.kind == Pause::Kind::paused && left > 0) {
    auto highest = reader.u32();
    if (!highest) return false;
    entry.highest_seq = *highest;
    --left;
  }
  return reader.skip(left * kWord);
}

}  // namespace

// |                  SSRC of packet sender                        |
// |             SSRC of media source (unused) = 0                 |
// |                          Target SSRC                          |
// | Type  |  Res  | Parameter Len |           PauseID             |
// :                         Type Specific                         :
std::optional<Pause> Pause::parse(const PacketView& packet) {
  Reader reader(packet.body);
  auto sender = reader.u32();
  bool ours = packet.type == Type::transport_feedback && packet.count == kFormatPause;
  if (!ours || !reader.skip(kWord)) return std::nullopt;
  Pause pause{{*sender}, {}};
  while (reader.left() > 0) {
    Entry entry;
    bool known = false;
    if (!read_entry(reader, entry, known)) return std::nullopt;
    if (known && !pause.entries.push_back(entry)) break;
  }
  return pause;
}

void Pause::write(Writer& writer) const {
  PacketWriter packet(writer, Type::transport_feedback, kFormatPause);
  writer.u32(sender.value);
  writer.u32(0);
  for (const auto& entry : entries) {
    auto parameter = entry.kind == Kind::paused;
    writer.u32(entry.target.value);
    writer.u8(static_cast<std::uint8_t>(static_cast<unsigned>(entry.kind) << 4));
    writer.u8(parameter ? 1 : 0);
    writer.u16(entry.pause_id);
    if (parameter) writer.u32(entry.highest_seq);
  }
}

}  // namespace classcast::rtc::rtcp
