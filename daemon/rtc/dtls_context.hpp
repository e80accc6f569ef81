// SPDX-License-Identifier: MIT
// What all DTLS sessions of a process share: versions, cipher suites, limits and our certificate.
#pragma once

#include "rtc/openssl_handles.hpp"

namespace classcast::rtc {

constexpr long kMaxCertificateChain = 8 * 1024;

/// nullptr when OpenSSL refuses.
SslContextHandle make_dtls_context(X509& certificate, EVP_PKEY& key);

}  // namespace classcast::rtc
