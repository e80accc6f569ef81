// SPDX-License-Identifier: MIT
// The pin of a certificate's public key (RFC 7469 §2.4): it stays the same when the certificate is renewed.
#pragma once

#include <gio/gio.h>

#include <string>

namespace classcast::glib {

/// Base64 of SHA-256 over the SubjectPublicKeyInfo; empty when the certificate cannot be read.
std::string public_key_pin(GTlsCertificate* certificate);

/// True for 44 characters of base64 that stand for 32 bytes.
bool is_public_key_pin(const std::string& text);

}  // namespace classcast::glib
