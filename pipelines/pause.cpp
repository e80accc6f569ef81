// SPDX-License-Identifier: MIT
#include "pipelines/pause.hpp"

namespace classcast::pipelines {

namespace {
constexpr std::size_t kEntryBytes = 8;
}

// RFC 7728 §8.
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                          Target SSRC                          |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// | Type  |  Res  | Parameter Len |           PauseID             |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// :                         Type Specific                         :
std::optional<PauseEntry> pause_entry_for(std::uint32_t ssrc, Bytes fci) {
  std::optional<PauseEntry> found;
  Reader reader(fci);
  while (reader.left() >= kEntryBytes) {
    const auto target = *reader.u32();
    const auto type = static_cast<std::uint8_t>(*reader.u8() >> 4);
    // In 32-bit words (RFC 7728 §8).
    const std::size_t parameters = 4U * *reader.u8();
    const auto pause_id = *reader.u16();
    if (!reader.skip(parameters)) break;
    if (target == ssrc && type <= static_cast<std::uint8_t>(PauseMessage::refused)) {
      found = PauseEntry{static_cast<PauseMessage>(type), pause_id};
    }
  }
  return found;
}

void write_paused(std::uint32_t ssrc, std::uint16_t pause_id, std::uint32_t highest_sequence,
                  MutableBytes fci) {
  Writer writer(fci);
  writer.u32(ssrc);
  writer.u8(static_cast<std::uint8_t>(PauseMessage::paused) << 4);
  writer.u8(1);
  writer.u16(pause_id);
  // RFC 7728 §8.4.
  writer.u32(highest_sequence);
}

}  // namespace classcast::pipelines
