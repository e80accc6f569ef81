// SPDX-License-Identifier: MIT
#include "server/certificate.hpp"

#include "base/random.hpp"
#include "base/strings.hpp"
#include "server/state_directory.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace classcast::server {

namespace fs = std::filesystem;

namespace {

using Key = glib::Unique<EVP_PKEY, EVP_PKEY_free>;
using Certificate = glib::Unique<X509, X509_free>;
using Extension = glib::Unique<X509_EXTENSION, X509_EXTENSION_free>;
using Bio = glib::Unique<BIO, BIO_free_all>;

constexpr long kLifeSeconds = 10L * 365 * 24 * 3600;
/// A clock of a classroom PC may be behind by as much.
constexpr long kBackdateSeconds = 24L * 3600;

bool add_extension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

/// RFC 5280 §4.1.2.2: a positive serial number of at most 20 octets.
bool set_serial(X509* certificate) {
  Buffer serial(16);
  random_fill(serial);
  serial[0] = static_cast<std::uint8_t>((serial[0] & 0x7f) | 0x40);
  glib::Unique<BIGNUM, BN_free> number(BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_name(X509* certificate, const std::string& host) {
  // RFC 5280 appendix A: a common name has at most 64 characters; browsers only read the alternative names.
  auto common = host.substr(0, 64);
  auto* name = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>(common.c_str());
  return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1;
}

bool fill(X509* certificate, EVP_PKEY* key, const std::string& host) {
  auto names = std::string("DNS:localhost,IP:127.0.0.1,IP:::1") + (host == "localhost" ? "" : ",DNS:" + host);
  return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
         X509_gmtime_adj(X509_getm_notBefore(certificate), -kBackdateSeconds) != nullptr &&
         X509_gmtime_adj(X509_getm_notAfter(certificate), kLifeSeconds) != nullptr &&
         set_name(certificate, host) && X509_set_pubkey(certificate, key) == 1 &&
         add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
         add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
         add_extension(certificate, NID_subject_key_identifier, "hash") &&
         add_extension(certificate, NID_subject_alt_name, names) &&
         X509_sign(certificate, key, EVP_sha256()) > 0;
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  auto size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

/// A host name that may stand in a certificate; another one (an underscore, a space) is left out.
std::string dns_name(std::string_view host) {
  constexpr std::size_t kMaxDnsName = 253;
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789-.";
  auto name = lower(host);
  bool usable =
      !name.empty() && name.size() <= kMaxDnsName && name.find_first_not_of(kAllowed) == std::string::npos;
  return usable ? name : "localhost";
}

}  // namespace

Result<CertificatePem> make_certificate(std::string_view host) {
  Key key(EVP_EC_gen("P-256"));
  Certificate certificate(X509_new());
  Bio certificate_out(BIO_new(BIO_s_mem()));
  Bio key_out(BIO_new(BIO_s_mem()));
  if (!key || !certificate || !fill(certificate.get(), key.get(), dns_name(host)) ||
      PEM_write_bio_X509(certificate_out.get(), certificate.get()) != 1 ||
      PEM_write_bio_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return fail(Errc::internal, "OpenSSL could not make a certificate");
  }
  return CertificatePem{text_of(certificate_out.get()), text_of(key_out.get())};
}

Result<bool> ensure_own_certificate(const fs::path& directory) {
  std::error_code error;
  if (fs::exists(directory / kOwnCertificateFile, error) && fs::exists(directory / kOwnKeyFile, error))
    return false;
  auto pem = make_certificate(g_get_host_name());
  if (!pem) return fail(pem);
  if (auto written = write_file(directory / kOwnKeyFile, pem->key, 0600); !written) return fail(written);
  if (auto written = write_file(directory / kOwnCertificateFile, pem->certificate, 0644); !written) {
    return fail(written);
  }
  return true;
}

Result<Identity> load_certificate(const fs::path& certificate, const fs::path& key) {
  glib::GErrorSlot error;
  auto* loaded = g_tls_certificate_new_from_files(certificate.c_str(), key.c_str(), error.out());
  if (loaded == nullptr) {
    return fail(Errc::invalid, "cannot use the certificate {} with the key {}: {}", certificate.string(),
                key.string(), error.text());
  }
  Identity identity{glib::Ref<GTlsCertificate>::adopt(loaded), {}};
  identity.authorities =
      glib::Ref<GTlsDatabase>::adopt(g_tls_file_database_new(certificate.c_str(), error.out()));
  if (!identity.authorities)
    return fail(Errc::invalid, "cannot use {}: {}", certificate.string(), error.text());
  return identity;
}

}  // namespace classcast::server
