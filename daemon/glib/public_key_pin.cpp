// SPDX-License-Identifier: MIT
#include "glib/public_key_pin.hpp"

#include "glib/ref.hpp"

#include <openssl/sha.h>
#include <openssl/x509.h>

#include <array>

namespace classcast::glib {

namespace {

constexpr gsize kSha256Bytes = 32;

using X509Handle = Unique<X509, X509_free>;
using ByteArray = Unique<GByteArray, g_byte_array_unref>;

X509Handle parse(GTlsCertificate* certificate) {
  GByteArray* bytes = nullptr;
  g_object_get(certificate, "certificate", &bytes, nullptr);
  const ByteArray der(bytes);
  if (!der) return nullptr;
  const unsigned char* at = der->data;
  return X509Handle(d2i_X509(nullptr, &at, static_cast<long>(der->len)));
}

}  // namespace

std::string public_key_pin(GTlsCertificate* certificate) {
  auto parsed = parse(certificate);
  if (!parsed) return {};
  unsigned char* key = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(parsed.get()), &key);
  if (size <= 0) return {};
  std::array<unsigned char, kSha256Bytes> digest{};
  SHA256(key, static_cast<std::size_t>(size), digest.data());
  OPENSSL_free(key);
  const UniqueText text(g_base64_encode(digest.data(), digest.size()));
  return text.get();
}

bool is_public_key_pin(const std::string& text) {
  constexpr std::size_t kBase64Length = 44;
  if (text.size() != kBase64Length) return false;
  gsize size = 0;
  const UniqueText bytes(reinterpret_cast<char*>(g_base64_decode(text.c_str(), &size)));
  return size == kSha256Bytes;
}

}  // namespace classcast::glib
