// SPDX-License-Identifier: MIT
// What a datagram on a shared port is, by its first octets (RFC 7983 §7, RFC 5761 §4).
#pragma once

#include "base/bytes.hpp"

#include <cstdint>

namespace classcast::rtc {

enum class DatagramKind : std::uint8_t { stun, dtls, rtp, rtcp, unknown };

DatagramKind classify(Bytes datagram);

}  // namespace classcast::rtc
