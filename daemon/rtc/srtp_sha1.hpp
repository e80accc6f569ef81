// SPDX-License-Identifier: MIT
// AES_CM_128_HMAC_SHA1_80 (RFC 3711) by libsrtp2.
#pragma once

#include "rtc/srtp.hpp"

namespace classcast::rtc {

Result<std::unique_ptr<SrtpSender>> make_sha1_sender(const SrtpKey& key);
Result<std::unique_ptr<SrtpReceiver>> make_sha1_receiver(const SrtpKey& key);

}  // namespace classcast::rtc
