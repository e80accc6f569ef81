// SPDX-License-Identifier: MIT
// Retransmission payload format (RFC 4588 §4): the original sequence number, then the original payload.
#pragma once

#include "rtc/rtp.hpp"

namespace classcast::rtc {

/// Where the original stream's packet goes when it is sent again.
struct RtxStream {
  Ssrc ssrc;
  std::uint8_t payload_type = 0;
};

/// Writes `original` as a retransmission with its own `seq`; keeps timestamp, marker and extensions. Returns
/// the size, or 0 if `out` is too small.
std::size_t wrap_rtx(const RtpPacket& original, RtxStream stream, std::uint16_t seq, MutableBytes out);

/// Turns a received retransmission back into the original, in place. nullopt for padding-only packets
/// (probing) and for anything too short.
std::optional<RtpPacket> unwrap_rtx(RtpPacket packet, RtxStream original);

}  // namespace classcast::rtc
