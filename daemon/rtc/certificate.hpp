// SPDX-License-Identifier: MIT
// The certificate of our side of DTLS (self-signed ECDSA P-256, RFC 8827 §6.5) and fingerprints (RFC 8122).
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "rtc/openssl_handles.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace classcast::rtc {

/// The hash of a certificate as it stands in SDP: `sha-256 AB:CD:…`.
struct Fingerprint {
  enum class Hash { sha1, sha256, sha384, sha512 };
  Hash hash = Hash::sha256;
  Buffer digest;

  /// Text after `a=fingerprint:`; Errc::invalid when malformed, Errc::not_found when the hash is unknown.
  static Result<Fingerprint> parse(std::string_view text);
  /// Errc::internal when OpenSSL refuses.
  static Result<Fingerprint> of(const X509& certificate, Hash hash);
  [[nodiscard]] std::string text() const;
  /// Whether `certificate` (of the remote end) has this fingerprint.
  [[nodiscard]] bool matches(const X509& certificate) const;
  bool operator==(const Fingerprint&) const = default;
};

/// One per process; shared by every peer, together with the DTLS settings that bear it.
class Certificate {
 public:
  static Result<std::shared_ptr<const Certificate>> create();

  [[nodiscard]] const Fingerprint& fingerprint() const { return fingerprint_; }
  [[nodiscard]] X509* x509() const { return x509_.get(); }
  /// For SSL_new(), which takes a reference of its own.
  [[nodiscard]] SSL_CTX* dtls_context() const { return context_.get(); }

 private:
  Certificate(X509Handle x509, SslContextHandle context, Fingerprint fingerprint)
      : x509_(std::move(x509)), context_(std::move(context)), fingerprint_(std::move(fingerprint)) {}

  X509Handle x509_;
  SslContextHandle context_;
  Fingerprint fingerprint_;
};

}  // namespace classcast::rtc
