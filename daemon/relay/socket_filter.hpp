// SPDX-License-Identifier: MIT
// What the kernel throws away at the media port, before anybody is woken: datagrams that are no STUN,
// DTLS 1.2, RTP or RTCP at first sight.
#pragma once

namespace classcast::relay {

/// Of a UDP socket. False when the kernel refuses; everything is taken apart by us then.
bool refuse_noise(int socket);

}  // namespace classcast::relay
