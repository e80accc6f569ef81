// SPDX-License-Identifier: MIT
#include "protocol/token.hpp"

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/random.hpp"
#include "base/strings.hpp"
#include "protocol/json.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>

#include <array>

namespace classcast::protocol {

namespace {

// RFC 7515 §4: the header is exactly this text, so no algorithm is ever negotiated by the token itself.
constexpr std::string_view kHeader = R"({"alg":"EdDSA","typ":"JWT"})";
constexpr std::size_t kSignatureBytes = 64;

constexpr std::array<std::pair<Right, std::string_view>, 5> kRights = {{{Right::publish, "publish"},
                                                                        {Right::watch, "watch"},
                                                                        {Right::observe, "observe"},
                                                                        {Right::fetch, "fetch"},
                                                                        {Right::end, "end"}}};

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

std::string bio_text(BIO* bio) {
  char* data = nullptr;
  auto size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

Result<Key> ed25519(EVP_PKEY* key) {
  Key owned(key);
  if (!owned || EVP_PKEY_get_base_id(owned.get()) != EVP_PKEY_ED25519) {
    return fail(Errc::invalid, "not an Ed25519 key in PEM form");
  }
  return owned;
}

std::string_view right_name(Right can) {
  for (const auto& [right, name] : kRights) {
    if (right == can) return name;
  }
  return {};
}

Result<TokenClaims> read_claims(std::string_view json) {
  auto reader = JsonReader::parse(json);
  if (!reader) return fail(Errc::denied, "the token's claims are not JSON");
  TokenClaims claims{reader->text("sub"), reader->text("room"), Right::watch, reader->integer("exp"),
                     reader->text("jti")};
  auto can = reader->text("can");
  claims.layer = reader->optional_text("layer").value_or("");
  claims.made_ms = reader->optional_integer("made_ms").value_or(0);
  bool known = false;
  for (const auto& [right, name] : kRights) {
    if (name == can) claims.can = right;
    known = known || name == can;
  }
  if (!reader->finish() || !known) return fail(Errc::denied, "the token lacks a claim");
  bool any = claims.room == "*" && claims.can != Right::publish && claims.can != Right::watch;
  if (!any && !RoomId::valid(claims.room)) return fail(Errc::denied, "the token names no room");
  return claims;
}

bool signed_by(EVP_PKEY* key, std::string_view text, Bytes signature) {
  Context context(EVP_MD_CTX_new());
  auto bytes = as_bytes(text);
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), bytes.data(), bytes.size()) == 1;
}

}  // namespace

Result<KeyPair> make_token_keys() {
  Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  Bio secret(BIO_new(BIO_s_mem()));
  Bio open(BIO_new(BIO_s_mem()));
  if (!key || PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
      PEM_write_bio_PUBKEY(open.get(), key.get()) != 1) {
    return fail(Errc::internal, "OpenSSL could not make an Ed25519 key");
  }
  return KeyPair{bio_text(secret.get()), bio_text(open.get())};
}

Result<TokenSigner> TokenSigner::create(std::string_view private_pem) {
  Bio bio(BIO_new_mem_buf(private_pem.data(), static_cast<int>(private_pem.size())));
  auto key = ed25519(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  if (!key) return fail(key);
  return TokenSigner(std::move(*key));
}

std::string TokenSigner::sign(std::string_view sub, std::string_view room, Right can,
                              std::int64_t now_s) const {
  constexpr std::size_t kIdBytes = 16;
  return sign({std::string(sub),
               std::string(room),
               can,
               now_s + kTokenLifeSeconds,
               random_hex(kIdBytes),
               {},
               unix_ms()});
}

std::string TokenSigner::sign(const TokenClaims& claims) const {
  JsonWriter writer;
  writer.text("sub", claims.sub).text("room", claims.room).text("can", right_name(claims.can));
  writer.integer("exp", claims.exp).text("jti", claims.jti);
  if (!claims.layer.empty()) writer.text("layer", claims.layer);
  if (claims.made_ms != 0) writer.integer("made_ms", claims.made_ms);
  auto json = writer.finish();
  auto signing_input = base64url(as_bytes(kHeader)) + "." + base64url(as_bytes(json));
  Context context(EVP_MD_CTX_new());
  std::array<std::uint8_t, kSignatureBytes> signature{};
  std::size_t size = signature.size();
  auto bytes = as_bytes(signing_input);
  EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get());
  EVP_DigestSign(context.get(), signature.data(), &size, bytes.data(), bytes.size());
  return signing_input + "." + base64url(signature);
}

Result<TokenVerifier> TokenVerifier::create(std::string_view public_pem) {
  Bio bio(BIO_new_mem_buf(public_pem.data(), static_cast<int>(public_pem.size())));
  auto key = ed25519(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  if (!key) return fail(key);
  return TokenVerifier(std::move(*key));
}

Result<TokenClaims> TokenVerifier::verify(std::string_view token, std::int64_t now_s) const {
  if (token.size() > kMaxTokenBytes) return fail(Errc::denied, "the token is too long");
  auto parts = split(token, '.');
  if (parts.size() != 3) return fail(Errc::denied, "the token has not three parts");
  if (parts[0] != base64url(as_bytes(kHeader))) return fail(Errc::denied, "the token's header is not ours");
  auto signature = base64url_decode(parts[2]);
  auto signing_input = token.substr(0, parts[0].size() + 1 + parts[1].size());
  if (!signature || !signed_by(key_.get(), signing_input, *signature)) {
    return fail(Errc::denied, "the token's signature is wrong");
  }
  auto json = base64url_decode(parts[1]);
  if (!json) return fail(Errc::denied, "the token's claims are not base64url");
  auto claims = read_claims(as_text(*json));
  if (claims && claims->exp <= now_s) return fail(Errc::denied, "the token has expired");
  return claims;
}

}  // namespace classcast::protocol
