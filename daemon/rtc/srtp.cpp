// SPDX-License-Identifier: MIT
#include "rtc/srtp.hpp"

#include "rtc/srtp_gcm.hpp"
#include "rtc/srtp_sha1.hpp"

namespace classcast::rtc {

Result<std::unique_ptr<SrtpSender>> make_srtp_sender(SrtpSuite suite, const SrtpKey& key) {
  return suite == SrtpSuite::aead_aes_128_gcm ? make_gcm_sender(key) : make_sha1_sender(key);
}

Result<std::unique_ptr<SrtpReceiver>> make_srtp_receiver(SrtpSuite suite, const SrtpKey& key) {
  return suite == SrtpSuite::aead_aes_128_gcm ? make_gcm_receiver(key) : make_sha1_receiver(key);
}

}  // namespace classcast::rtc
