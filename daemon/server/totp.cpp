// SPDX-License-Identifier: MIT
#include "server/totp.hpp"

#include "base/random.hpp"
#include "glib/ref.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace classcast::server {

namespace {

constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr unsigned kBitsPerCharacter = 5;

std::string escaped(std::string_view text) {
  glib::UniqueText out(g_uri_escape_string(std::string(text).c_str(), nullptr, FALSE));
  return out.get();
}

}  // namespace

std::string base32(Bytes bytes) {
  std::string out;
  unsigned bits = 0;
  std::uint32_t left = 0;
  for (auto byte : bytes) {
    left = (left << 8) | byte;
    for (bits += 8; bits >= kBitsPerCharacter; bits -= kBitsPerCharacter)
      out += kBase32[(left >> (bits - kBitsPerCharacter)) & 31U];
  }
  if (bits > 0) out += kBase32[(left << (kBitsPerCharacter - bits)) & 31U];
  return out;
}

std::optional<Buffer> base32_decode(std::string_view text) {
  Buffer out;
  unsigned bits = 0;
  std::uint32_t left = 0;
  for (char c : text) {
    auto value = kBase32.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    left = (left << kBitsPerCharacter) | static_cast<std::uint32_t>(value);
    bits += kBitsPerCharacter;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(static_cast<std::uint8_t>(left >> bits));
  }
  return out;
}

std::string make_totp_secret() {
  Buffer secret(kTotpSecretBytes);
  random_fill(secret);
  return base32(secret);
}

std::string totp_code(std::string_view secret, std::int64_t step) {
  auto key = base32_decode(secret);
  if (!key || key->empty()) return {};
  std::array<std::uint8_t, 8> counter{};
  Writer(counter).u64(static_cast<std::uint64_t>(step));
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  HMAC(EVP_sha1(), key->data(), static_cast<int>(key->size()), counter.data(), counter.size(), digest.data(),
       &size);
  // RFC 4226 §5.3: the low four bits of the last byte say where the 31 bits begin.
  std::size_t offset = digest[size - 1] & 15U;
  auto number = Reader(Bytes(digest).subspan(offset)).u32().value_or(0) & 0x7fffffffU;
  return fmt::format("{:06}", number % 1'000'000U);
}

std::optional<std::int64_t> totp_step_of(std::string_view secret, std::string_view code, std::int64_t now_s) {
  std::optional<std::int64_t> found;
  for (std::int64_t offset : {0, -1, 1}) {
    auto step = now_s / kTotpStepSeconds + offset;
    auto expected = totp_code(secret, step);
    bool same = !expected.empty() && expected.size() == code.size() &&
                CRYPTO_memcmp(expected.data(), code.data(), code.size()) == 0;
    if (same) found = step;
  }
  return found;
}

std::string totp_uri(std::string_view secret, std::string_view school, std::string_view person) {
  return fmt::format("otpauth://totp/{0}:{1}?secret={2}&issuer={0}", escaped(school), escaped(person),
                     secret);
}

}  // namespace classcast::server
