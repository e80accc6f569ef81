// SPDX-License-Identifier: MIT
// The certificate of our side of DTLS (self-signed ECDSA P-256, RFC 8827 §6.5) and fingerprints (RFC 8122).
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <openssl/types.h>

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

/// One per process; shared by every peer.
class Certificate {
 public:
  static Result<std::shared_ptr<const Certificate>> create();
  ~Certificate();
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;

  [[nodiscard]] const Fingerprint& fingerprint() const { return fingerprint_; }
  [[nodiscard]] X509* x509() const { return x509_; }
  [[nodiscard]] EVP_PKEY* key() const { return key_; }

 private:
  Certificate(X509* x509, EVP_PKEY* key, Fingerprint fingerprint);

  X509* x509_;
  EVP_PKEY* key_;
  Fingerprint fingerprint_;
};

}  // namespace classcast::rtc
