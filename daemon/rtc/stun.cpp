// SPDX-License-Identifier: MIT
#include "rtc/stun.hpp"

#include "rtc/crc32.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

namespace classcast::rtc {

namespace {

/// RFC 8489 §18.3, RFC 8445 §16.1. Types below 0x8000 must be understood.
enum Attribute : std::uint16_t {
  kUsername = 0x0006,
  kMessageIntegrity = 0x0008,
  kErrorCode = 0x0009,
  kUnknownAttributes = 0x000A,
  kRealm = 0x0014,
  kNonce = 0x0015,
  kXorMappedAddress = 0x0020,
  kPriority = 0x0024,
  kUseCandidate = 0x0025,
  kSoftware = 0x8022,
  kFingerprint = 0x8028,
  kIceControlled = 0x8029,
  kIceControlling = 0x802A,
};
constexpr std::uint16_t kFirstOptional = 0x8000;
/// RFC 8489 §14.7.
constexpr std::uint32_t kFingerprintXor = 0x5354554e;
constexpr std::size_t kAttributeHeader = 4;
constexpr std::size_t kIntegritySize = 20;
constexpr std::size_t kFingerprintSize = 4;
/// RFC 8489 §14.3: fewer than 509 octets.
constexpr std::size_t kMaxUsername = 508;

using Hmac = std::array<std::uint8_t, kIntegritySize>;

// RFC 8489 §5:  bits 4 and 8 of the type are the class, the others the method.
std::uint16_t message_type(StunClass cls, std::uint16_t method) {
  auto c = static_cast<unsigned>(cls);
  return static_cast<std::uint16_t>((method & 0x0f) | ((c & 1) << 4) | ((method & 0x70) << 1) |
                                    ((c & 2) << 7) | ((method & 0xf80) << 2));
}

StunClass class_of(std::uint16_t type) {
  return static_cast<StunClass>(((type >> 4) & 1) | ((type >> 7) & 2));
}

std::uint16_t method_of(std::uint16_t type) {
  return static_cast<std::uint16_t>((type & 0x0f) | ((type >> 1) & 0x70) | ((type >> 2) & 0xf80));
}

/// RFC 8489 §14.5: the length field counts up to and with the attribute, whatever follows it.
Hmac integrity(Bytes message_before, std::string_view password) {
  std::array<std::uint8_t, kStunHeader> header{};
  std::copy_n(message_before.begin(), kStunHeader, header.begin());
  auto length = message_before.size() - kStunHeader + kAttributeHeader + kIntegritySize;
  header[2] = static_cast<std::uint8_t>(length >> 8);
  header[3] = static_cast<std::uint8_t>(length);
  // A STUN message of ours and one that fits a datagram is below this; a longer one does not verify.
  std::array<std::uint8_t, 2048> joined;
  Hmac out{};
  if (message_before.size() > joined.size()) return out;
  std::copy(header.begin(), header.end(), joined.begin());
  auto rest = message_before.subspan(kStunHeader);
  std::copy(rest.begin(), rest.end(), joined.begin() + kStunHeader);
  unsigned size = kIntegritySize;
  HMAC(EVP_sha1(), password.data(), static_cast<int>(password.size()), joined.data(), message_before.size(),
       out.data(), &size);
  return out;
}

std::array<std::uint8_t, 16> xor_mask(const TransactionId& transaction) {
  std::array<std::uint8_t, 16> mask{0x21, 0x12, 0xA4, 0x42};
  std::copy(transaction.begin(), transaction.end(), mask.begin() + 4);
  return mask;
}

/// RFC 8489 §14.2.
std::optional<Address> parse_xor_address(Bytes value, const TransactionId& transaction) {
  Reader reader(value);
  reader.skip(1);
  auto family = reader.u8();
  auto port = reader.u16();
  if (!port) return std::nullopt;
  auto real_port = static_cast<std::uint16_t>(*port ^ (kStunMagicCookie >> 16));
  std::array<std::uint8_t, 16> octets = xor_mask(transaction);
  auto raw = reader.rest();
  if (!((family == 1 && raw.size() == 4) || (family == 2 && raw.size() == 16))) return std::nullopt;
  for (std::size_t i = 0; i < raw.size(); ++i) octets[i] ^= raw[i];
  if (family == 1) return Address::v4({octets[0], octets[1], octets[2], octets[3]}, real_port);
  return Address::v6(octets, real_port);
}

template <typename T>
bool store(std::optional<T>& target, std::optional<T> value, const Reader& reader) {
  // A number attribute of another length is malformed.
  if (!value || reader.left() != 0) return false;
  if (!target) target = value;
  return true;
}

bool parse_error_code(StunMessage& message, Bytes value) {
  // RFC 8489 §14.8: 21 reserved bits, class 3 to 6, number 0 to 99.
  if (value.size() < 4) return false;
  message.error_code = static_cast<std::uint16_t>((value[2] & 7) * 100 + value[3]);
  return true;
}

}  // namespace

/// Walks over the attributes of one message.
class StunParser {
 public:
  explicit StunParser(Bytes datagram) : reader_(datagram) { message_.datagram_ = datagram; }

  std::optional<StunMessage> parse() {
    if (!header()) return std::nullopt;
    while (reader_.left() > 0) {
      if (!attribute()) return std::nullopt;
    }
    return message_;
  }

 private:
  //  |0 0|     STUN Message Type     |         Message Length        |
  //  |                         Magic Cookie                          |
  //  |                     Transaction ID (96 bits)                  |
  bool header() {
    auto type = reader_.u16();
    auto length = reader_.u16();
    auto cookie = reader_.u32();
    auto transaction = reader_.bytes(12);
    if (!transaction || (*type & 0xc000) != 0 || cookie != kStunMagicCookie) return false;
    if (*length != reader_.left() || *length % 4 != 0) return false;
    message_.cls = class_of(*type);
    message_.method = method_of(*type);
    std::copy(transaction->begin(), transaction->end(), message_.transaction.begin());
    return true;
  }

  bool attribute() {
    auto at = reader_.position();
    auto type = reader_.u16();
    auto length = reader_.u16();
    if (!length) return false;
    auto value = reader_.bytes(*length);
    // RFC 8489 §14: padded to four octets, which the length does not count.
    if (!value || !reader_.skip((4 - *length % 4) % 4)) return false;
    if (*type == kFingerprint) return fingerprint(at, *value) && reader_.left() == 0;
    // RFC 8489 §14.5: what follows MESSAGE-INTEGRITY is ignored, FINGERPRINT excepted.
    if (message_.integrity_at_) return true;
    if (*type == kMessageIntegrity) {
      message_.integrity_at_ = at;
      return value->size() == kIntegritySize;
    }
    return known(*type, *value);
  }

  bool known(std::uint16_t type, Bytes value) {
    Reader number(value);
    switch (type) {
      case kUsername:
        if (value.size() > kMaxUsername) return false;
        // RFC 8489 §14: of attributes that stand twice the first counts.
        if (!message_.username) message_.username = as_text(value);
        return true;
      case kPriority: {
        auto priority = number.u32();
        return store(message_.priority, priority, number);
      }
      case kIceControlling: {
        auto tie_breaker = number.u64();
        return store(message_.ice_controlling, tie_breaker, number);
      }
      case kIceControlled: {
        auto tie_breaker = number.u64();
        return store(message_.ice_controlled, tie_breaker, number);
      }
      case kUseCandidate:
        message_.use_candidate = true;
        return value.empty();
      case kXorMappedAddress:
        message_.mapped_address = parse_xor_address(value, message_.transaction);
        return message_.mapped_address.has_value();
      case kErrorCode:
        return parse_error_code(message_, value);
      default:
        return other(type);
    }
  }

  bool other(std::uint16_t type) {
    bool harmless = type >= kFirstOptional || type == kRealm || type == kNonce || type == kUnknownAttributes;
    if (!harmless && !message_.unknown_required) message_.unknown_required = type;
    return true;
  }

  bool fingerprint(std::size_t at, Bytes value) {
    Reader number(value);
    auto crc = number.u32();
    message_.has_fingerprint = true;
    return value.size() == kFingerprintSize &&
           *crc == (crc32(message_.datagram_.first(at)) ^ kFingerprintXor);
  }

  Reader reader_;
  StunMessage message_;
};

std::optional<StunMessage> StunMessage::parse(Bytes datagram) {
  return StunParser(datagram).parse();
}

bool StunMessage::verify(std::string_view password) const {
  if (!integrity_at_) return false;
  auto expected = integrity(datagram_.first(*integrity_at_), password);
  auto actual = datagram_.subspan(*integrity_at_ + kAttributeHeader, kIntegritySize);
  return CRYPTO_memcmp(expected.data(), actual.data(), kIntegritySize) == 0;
}

StunBuilder::StunBuilder(MutableBytes out, StunClass cls, const TransactionId& transaction)
    : writer_(out), transaction_(transaction) {
  writer_.u16(message_type(cls, kStunBinding));
  writer_.u16(0);
  writer_.u32(kStunMagicCookie);
  writer_.bytes(transaction);
}

void StunBuilder::attribute(std::uint16_t type, Bytes value) {
  writer_.u16(type);
  writer_.u16(static_cast<std::uint16_t>(value.size()));
  writer_.bytes(value);
  writer_.zeros((4 - value.size() % 4) % 4);
}

StunBuilder& StunBuilder::username(std::string_view text) {
  attribute(kUsername, as_bytes(text));
  return *this;
}

StunBuilder& StunBuilder::priority(std::uint32_t value) {
  writer_.u16(kPriority);
  writer_.u16(4);
  writer_.u32(value);
  return *this;
}

StunBuilder& StunBuilder::ice_controlling(std::uint64_t tie_breaker) {
  writer_.u16(kIceControlling);
  writer_.u16(8);
  writer_.u64(tie_breaker);
  return *this;
}

StunBuilder& StunBuilder::ice_controlled(std::uint64_t tie_breaker) {
  writer_.u16(kIceControlled);
  writer_.u16(8);
  writer_.u64(tie_breaker);
  return *this;
}

StunBuilder& StunBuilder::use_candidate() {
  attribute(kUseCandidate, {});
  return *this;
}

StunBuilder& StunBuilder::xor_mapped_address(const Address& address) {
  auto octets = address.octets();
  auto mask = xor_mask(transaction_);
  writer_.u16(kXorMappedAddress);
  writer_.u16(static_cast<std::uint16_t>(4 + octets.size()));
  writer_.u8(0);
  writer_.u8(address.family() == Address::Family::v4 ? 1 : 2);
  writer_.u16(static_cast<std::uint16_t>(address.port() ^ (kStunMagicCookie >> 16)));
  for (std::size_t i = 0; i < octets.size(); ++i) writer_.u8(octets[i] ^ mask[i]);
  return *this;
}

StunBuilder& StunBuilder::error_code(StunError error, std::string_view reason) {
  auto code = static_cast<unsigned>(error);
  writer_.u16(kErrorCode);
  writer_.u16(static_cast<std::uint16_t>(4 + reason.size()));
  writer_.u16(0);
  writer_.u8(static_cast<std::uint8_t>(code / 100));
  writer_.u8(static_cast<std::uint8_t>(code % 100));
  writer_.bytes(as_bytes(reason));
  writer_.zeros((4 - reason.size() % 4) % 4);
  return *this;
}

StunBuilder& StunBuilder::unknown_attribute(std::uint16_t type) {
  writer_.u16(kUnknownAttributes);
  writer_.u16(2);
  writer_.u16(type);
  writer_.zeros(2);
  return *this;
}

StunBuilder& StunBuilder::software(std::string_view text) {
  attribute(kSoftware, as_bytes(text));
  return *this;
}

void StunBuilder::set_length(std::size_t behind) {
  writer_.patch_u16(2, static_cast<std::uint16_t>(writer_.size() + behind - kStunHeader));
}

Bytes StunBuilder::finish(std::optional<std::string_view> password) {
  if (!writer_.ok()) return {};
  if (password) attribute(kMessageIntegrity, integrity(writer_.written(), *password));
  set_length(kAttributeHeader + kFingerprintSize);
  auto crc = crc32(writer_.written()) ^ kFingerprintXor;
  writer_.u16(kFingerprint);
  writer_.u16(kFingerprintSize);
  writer_.u32(crc);
  return writer_.ok() ? writer_.written() : Bytes();
}

std::optional<std::string_view> stun_local_ufrag(Bytes datagram) {
  auto message = StunMessage::parse(datagram);
  if (!message || message->cls != StunClass::request || !message->username) return std::nullopt;
  auto colon = message->username->find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return message->username->substr(0, colon);
}

}  // namespace classcast::rtc
