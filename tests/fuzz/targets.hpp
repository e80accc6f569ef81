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

}  // namespace classcast::fuzz
