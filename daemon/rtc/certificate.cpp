// SPDX-License-Identifier: MIT
#include "rtc/certificate.hpp"

#include "base/random.hpp"
#include "base/strings.hpp"
#include "rtc/dtls_context.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace classcast::rtc {

namespace {

struct HashName {
  Fingerprint::Hash hash;
  std::string_view sdp;
  const char* openssl;
  std::size_t size;
};

/// Names of RFC 8122 §5. MD5 and MD2 must not be used.
constexpr std::array<HashName, 4> kHashes = {{{Fingerprint::Hash::sha1, "sha-1", "SHA1", 20},
                                              {Fingerprint::Hash::sha256, "sha-256", "SHA256", 32},
                                              {Fingerprint::Hash::sha384, "sha-384", "SHA384", 48},
                                              {Fingerprint::Hash::sha512, "sha-512", "SHA512", 64}}};

const HashName& hash_name(Fingerprint::Hash hash) {
  return *std::find_if(kHashes.begin(), kHashes.end(), [&](const auto& name) { return name.hash == hash; });
}

std::optional<std::uint8_t> hex_octet(std::string_view text) {
  auto digit = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  if (text.size() != 2 || digit(text[0]) < 0 || digit(text[1]) < 0) return std::nullopt;
  return static_cast<std::uint8_t>(digit(text[0]) * 16 + digit(text[1]));
}

/// RFC 8827 §6.5 leaves the lifetime open; fingerprints, not dates, are what is checked.
constexpr long kBackdateSeconds = 24L * 3600;
constexpr long kLifetimeSeconds = 3650L * 24 * 3600;

bool fill(X509& x509, EVP_PKEY& key) {
  X509_set_version(&x509, X509_VERSION_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(&x509), random_u32());
  X509_gmtime_adj(X509_getm_notBefore(&x509), -kBackdateSeconds);
  X509_gmtime_adj(X509_getm_notAfter(&x509), kLifetimeSeconds);
  auto* name = X509_get_subject_name(&x509);
  const auto* text = reinterpret_cast<const unsigned char*>("classcast");
  return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1 &&
         X509_set_issuer_name(&x509, name) == 1 && X509_set_pubkey(&x509, &key) == 1 &&
         X509_sign(&x509, &key, EVP_sha256()) > 0;
}

}  // namespace

Result<Fingerprint> Fingerprint::parse(std::string_view text) {
  auto words = split(trim(text), ' ');
  if (words.size() != 2) return fail(Errc::invalid, "malformed fingerprint");
  auto known = std::find_if(kHashes.begin(), kHashes.end(),
                            [&](const auto& name) { return iequals(name.sdp, words[0]); });
  if (known == kHashes.end()) return fail(Errc::not_found, "unknown fingerprint hash");
  Fingerprint fingerprint;
  fingerprint.hash = known->hash;
  if (words[1].size() != known->size * 3 - 1) return fail(Errc::invalid, "fingerprint of wrong length");
  for (auto part : split(words[1], ':')) {
    auto octet = hex_octet(part);
    if (!octet) return fail(Errc::invalid, "malformed fingerprint");
    fingerprint.digest.push_back(*octet);
  }
  return fingerprint;
}

Result<Fingerprint> Fingerprint::of(const X509& certificate, Hash hash) {
  Fingerprint fingerprint{hash, Buffer(EVP_MAX_MD_SIZE)};
  unsigned size = 0;
  const auto* digest = EVP_get_digestbyname(hash_name(hash).openssl);
  if (X509_digest(&certificate, digest, fingerprint.digest.data(), &size) != 1) {
    return fail(Errc::internal, "cannot hash a certificate");
  }
  fingerprint.digest.resize(size);
  return fingerprint;
}

std::string Fingerprint::text() const {
  std::string out(hash_name(hash).sdp);
  for (std::size_t i = 0; i < digest.size(); ++i) {
    fmt::format_to(std::back_inserter(out), "{}{:02X}", i == 0 ? ' ' : ':', digest[i]);
  }
  return out;
}

bool Fingerprint::matches(const X509& certificate) const {
  auto actual = of(certificate, hash);
  return actual && actual->digest == digest;
}

Result<std::shared_ptr<const Certificate>> Certificate::create() {
  KeyHandle key(EVP_EC_gen("P-256"));
  X509Handle x509(X509_new());
  if (!key || !x509 || !fill(*x509, *key)) return fail(Errc::internal, "cannot make a DTLS certificate");
  auto context = make_dtls_context(*x509, *key);
  if (!context) return fail(Errc::internal, "OpenSSL refuses the DTLS settings");
  auto fingerprint = Fingerprint::of(*x509, Fingerprint::Hash::sha256);
  if (!fingerprint) return fail(fingerprint);
  return std::shared_ptr<const Certificate>(
      new Certificate(std::move(x509), std::move(context), std::move(*fingerprint)));
}

}  // namespace classcast::rtc
