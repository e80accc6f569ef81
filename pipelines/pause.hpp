// SPDX-License-Identifier: MIT
// RTP stream pause and resume (RFC 7728): what a receiver asks of a stream, and the sender's word that it
// obeys.
#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <optional>

namespace classcast::pipelines {

/// RFC 7728 §8: RTPFB (PT 205) with this FMT.
inline constexpr unsigned kPauseResumeFormat = 9;

enum class PauseMessage : std::uint8_t { pause = 0, resume = 1, paused = 2, refused = 3 };

struct PauseEntry {
  PauseMessage message = PauseMessage::pause;
  std::uint16_t pause_id = 0;
};

/// The newest entry for this stream in a feedback message's FCI; nothing when there is none. A malformed rest
/// is ignored.
std::optional<PauseEntry> pause_entry_for(std::uint32_t ssrc, Bytes fci);

inline constexpr std::size_t kPausedEntryBytes = 12;
/// PAUSED for this stream, of which `highest_sequence` (extended) was sent last; `fci` holds
/// kPausedEntryBytes.
void write_paused(std::uint32_t ssrc, std::uint16_t pause_id, std::uint32_t highest_sequence,
                  MutableBytes fci);

}  // namespace classcast::pipelines
