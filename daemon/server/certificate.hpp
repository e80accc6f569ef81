// SPDX-License-Identifier: MIT
// The server's TLS certificate: the configured one, or one of its own made at first start.
#pragma once

#include "base/result.hpp"
#include "glib/ref.hpp"

#include <gio/gio.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace classcast::server {

struct CertificatePem {
  std::string certificate;
  std::string key;
};

/// Self-signed, ECDSA P-256, valid ten years for localhost, `host`, 127.0.0.1 and ::1.
Result<CertificatePem> make_certificate(std::string_view host);

/// Makes `tls.crt` (0644) and `tls.key` (0600) in the directory unless both are there.
/// Returns true when it made them.
Result<bool> ensure_own_certificate(const std::filesystem::path& directory);

struct Identity {
  glib::Ref<GTlsCertificate> certificate;
  /// For certificates of clients, which nobody asks for: a connection without this one reads the system's 140
  /// or so authorities first, which takes 6 ms of the main thread every time.
  glib::Ref<GTlsDatabase> authorities;
};

/// Errc::invalid when the files do not hold a certificate and its key.
Result<Identity> load_certificate(const std::filesystem::path& certificate, const std::filesystem::path& key);

inline constexpr const char* kOwnCertificateFile = "tls.crt";
inline constexpr const char* kOwnKeyFile = "tls.key";

}  // namespace classcast::server
