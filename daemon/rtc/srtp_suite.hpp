// SPDX-License-Identifier: MIT
// SRTP protection profiles that DTLS negotiates (RFC 5764 §4.1.2, RFC 7714 §14.2).
#pragma once

#include <cstdint>

namespace classcast::rtc {

enum class SrtpSuite : std::uint8_t { aes128_cm_sha1_80, aead_aes_128_gcm };

}  // namespace classcast::rtc
