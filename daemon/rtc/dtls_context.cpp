// SPDX-License-Identifier: MIT
#include "rtc/dtls_context.hpp"

#include <openssl/ssl.h>

namespace classcast::rtc {

namespace {

/// Certificates of WebRTC are self-signed; the fingerprint decides, after the handshake (RFC 8827 §6.5).
int accept_any_certificate(int, X509_STORE_CTX*) {
  return 1;
}

}  // namespace

SslContextHandle make_dtls_context(X509& certificate, EVP_PKEY& key) {
  SslContextHandle context(SSL_CTX_new(DTLS_method()));
  if (!context) return nullptr;
  auto* ctx = context.get();
  SSL_CTX_set_options(ctx, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(ctx, kMaxCertificateChain);
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, accept_any_certificate);
  // RFC 8827 §6.5: DTLS 1.2, and cipher suites with forward secrecy.
  bool ok = SSL_CTX_set_min_proto_version(ctx, DTLS1_2_VERSION) == 1 &&
            SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES") == 1 &&
            SSL_CTX_use_certificate(ctx, &certificate) == 1 && SSL_CTX_use_PrivateKey(ctx, &key) == 1;
  return ok ? std::move(context) : nullptr;
}

}  // namespace classcast::rtc
