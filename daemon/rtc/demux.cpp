// SPDX-License-Identifier: MIT
#include "rtc/demux.hpp"

namespace classcast::rtc {

DatagramKind classify(Bytes datagram) {
  if (datagram.size() < 2) return DatagramKind::unknown;
  auto first = datagram[0];
  // RFC 7983 §7: [0..3] STUN, [20..63] DTLS, [128..191] RTP or RTCP.
  if (first <= 3) return DatagramKind::stun;
  if (first >= 20 && first <= 63) return DatagramKind::dtls;
  if (first < 128 || first > 191) return DatagramKind::unknown;
  // RFC 5761 §4: RTCP types 192 to 223 are RTP payload types 64 to 95 with the marker bit set, which nobody
  // may use.
  auto second = datagram[1];
  return second >= 192 && second <= 223 ? DatagramKind::rtcp : DatagramKind::rtp;
}

}  // namespace classcast::rtc
