// SPDX-License-Identifier: MIT
// What a fuzzer does with its input, one function a parser; the corpus test runs the same functions.
#pragma once

#include "base/bytes.hpp"

namespace classcast::fuzz {

void stun(Bytes input);
void rtp(Bytes input);
void rtcp(Bytes input);
void sdp(Bytes input);
void sdp_fragment(Bytes input);
/// Datagrams, each behind its length in 16 bits, to a DTLS server that waits for a handshake.
void dtls(Bytes input);
void tcp_framing(Bytes input);
/// A method, a path, headers and a body, each behind a line feed, to the end points.
void http(Bytes input);

}  // namespace classcast::fuzz
