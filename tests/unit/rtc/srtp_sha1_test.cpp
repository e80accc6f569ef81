// SPDX-License-Identifier: MIT
// AES_CM_128_HMAC_SHA1_80 beside a second implementation, written here from RFC 3711 on OpenSSL's primitives.
#include "rtc/openssl_handles.hpp"
#include "rtc/rtp.hpp"
#include "rtc/srtp.hpp"
#include "unit/rtc/hex.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <random>

namespace classcast::rtc {
namespace {

constexpr std::size_t kTag = 10;
constexpr std::size_t kBlock = 16;

/// AES in counter mode over `text`, from `counter` (RFC 3711 §4.1.1).
Buffer counter_mode(Bytes key, const Buffer& counter, Bytes text) {
  CipherContext context(EVP_CIPHER_CTX_new());
  Buffer out(text.size());
  int size = 0;
  EXPECT_EQ(EVP_EncryptInit_ex(context.get(), EVP_aes_128_ctr(), nullptr, key.data(), counter.data()), 1);
  EXPECT_EQ(EVP_EncryptUpdate(context.get(), out.data(), &size, text.data(), static_cast<int>(text.size())),
            1);
  return out;
}

Buffer sha1_tag(Bytes key, const Buffer& text) {
  Buffer out(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), text.data(), text.size(), out.data(), &size);
  out.resize(kTag);
  return out;
}

/// Puts `value` over the last octets of the first 14 of a counter, as (value * 2^16) does.
void add_in(Buffer& counter, std::uint64_t value, std::size_t octets) {
  for (std::size_t i = 0; i < octets; ++i) counter[13 - i] ^= static_cast<std::uint8_t>(value >> (8 * i));
}

/// RFC 3711 §4.3.1 with a key derivation rate of zero.
Buffer derived(const SrtpKey& master, std::uint8_t label, std::size_t size) {
  Buffer counter(master.salt.begin(), master.salt.end());
  counter.resize(kBlock);
  counter[7] ^= label;
  return counter_mode(master.key, counter, Buffer(size));
}

struct SessionKeys {
  Buffer cipher, auth, salt;
};
/// The labels of RTP begin at 0, those of RTCP at 3.
SessionKeys session_keys(const SrtpKey& master, std::uint8_t first_label) {
  auto label = [first_label](int i) { return static_cast<std::uint8_t>(first_label + i); };
  return {derived(master, label(0), 16), derived(master, label(1), 20), derived(master, label(2), 14)};
}

/// RFC 3711 §4.1.1: (salt * 2^16) XOR (SSRC * 2^64) XOR (index * 2^16).
Buffer packet_counter(const SessionKeys& keys, std::uint32_t ssrc, std::uint64_t index) {
  auto counter = keys.salt;
  counter.resize(kBlock);
  for (std::size_t i = 0; i < 4; ++i) counter[4 + i] ^= static_cast<std::uint8_t>(ssrc >> (24 - 8 * i));
  add_in(counter, index, 6);
  return counter;
}

void append_u32(Buffer& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

Buffer encrypted(const SessionKeys& keys, const Buffer& packet, std::size_t header, const Buffer& counter) {
  auto text = counter_mode(keys.cipher, counter, Bytes(packet).subspan(header));
  Buffer out(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(header));
  out.insert(out.end(), text.begin(), text.end());
  return out;
}

/// §3.1, §4.2: the tag covers the packet and the roll-over counter, which is not sent.
Buffer reference_rtp(const SrtpKey& master, const Buffer& packet, std::uint64_t index) {
  auto keys = session_keys(master, 0);
  auto ssrc = Reader(Bytes(packet).subspan(8)).u32().value();
  auto out = encrypted(keys, packet, rtp_header_size(packet).value(), packet_counter(keys, ssrc, index));
  auto covered = out;
  append_u32(covered, static_cast<std::uint32_t>(index >> 16));
  auto tag = sha1_tag(keys.auth, covered);
  out.insert(out.end(), tag.begin(), tag.end());
  return out;
}

/// §3.4: packet, E flag and index, tag over all of it.
Buffer reference_rtcp(const SrtpKey& master, const Buffer& packet, std::uint32_t index) {
  auto keys = session_keys(master, 3);
  auto ssrc = Reader(Bytes(packet).subspan(4)).u32().value();
  auto out = encrypted(keys, packet, 8, packet_counter(keys, ssrc, index));
  append_u32(out, index | 0x80000000U);
  auto tag = sha1_tag(keys.auth, out);
  out.insert(out.end(), tag.begin(), tag.end());
  return out;
}

SrtpKey vector_master() {
  SrtpKey master;
  auto key = hex("e1f97a0d3e018be0d64fa32c06de4139");
  auto salt = hex("0ec675ad498afeebb6960b3aabe6");
  std::copy(key.begin(), key.end(), master.key.begin());
  std::copy(salt.begin(), salt.end(), master.salt.begin());
  return master;
}

Buffer media(std::mt19937& random, std::uint16_t seq) {
  Buffer payload(random() % 1200);
  std::generate(payload.begin(), payload.end(), [&] { return static_cast<std::uint8_t>(random()); });
  Buffer packet(kMaxDatagram);
  RtpHeader header{.payload_type = 96, .seq = seq, .timestamp = 77, .ssrc = {0x1234}, .transport_id = 3};
  packet.resize(write_rtp(packet, header, payload));
  return packet;
}

Buffer with_space(const Buffer& packet) {
  auto out = packet;
  out.resize(packet.size() + kSrtcpOverhead);
  return out;
}

TEST(SrtpSha1, its_reference_derives_the_keys_of_rfc_3711_b_3) {
  auto keys = session_keys(vector_master(), 0);
  EXPECT_EQ(keys.cipher, hex("c61e7a93744f39ee10734afe3ff7a087"));
  EXPECT_EQ(keys.salt, hex("30cbbc08863d8c85d49db34a9ae1"));
  EXPECT_EQ(keys.auth, hex("cebe321f6ff7716b6fd4ab49af256a156d38baa4"));
}

TEST(SrtpSha1, agrees_with_the_reference_on_media_across_a_roll_over) {
  auto sender = make_srtp_sender(SrtpSuite::aes128_cm_sha1_80, vector_master()).value();
  auto receiver = make_srtp_receiver(SrtpSuite::aes128_cm_sha1_80, vector_master()).value();
  std::mt19937 random(5);
  for (std::uint64_t index = 64'000; index < 68'000; index += 1 + random() % 5) {
    auto packet = media(random, static_cast<std::uint16_t>(index));
    auto expected = reference_rtp(vector_master(), packet, index);
    auto ours = with_space(packet);
    ours.resize(sender->protect_rtp(ours, packet.size()));
    ASSERT_EQ(ours, expected) << index;
    expected.resize(receiver->unprotect_rtp(expected));
    ASSERT_EQ(expected, packet) << index;
  }
}

TEST(SrtpSha1, agrees_with_the_reference_on_control_packets) {
  auto sender = make_srtp_sender(SrtpSuite::aes128_cm_sha1_80, vector_master()).value();
  auto receiver = make_srtp_receiver(SrtpSuite::aes128_cm_sha1_80, vector_master()).value();
  auto report = hex("81c90007 00000007 00001234 00000000 0000fa00 00000000 00000000 00000000");
  std::optional<std::uint32_t> first;
  for (std::uint32_t i = 0; i < 200; ++i) {
    auto ours = with_space(report);
    ours.resize(sender->protect_rtcp(ours, report.size()));
    // §3.2.1 lets a sender begin at any index.
    auto index = Reader(Bytes(ours).last(kTag + 4)).u32().value() & 0x7fffffffU;
    if (!first) first = index;
    ASSERT_EQ(index, *first + i);
    auto expected = reference_rtcp(vector_master(), report, index);
    ASSERT_EQ(ours, expected);
    expected.resize(receiver->unprotect_rtcp(expected));
    ASSERT_EQ(expected, report);
  }
}

}  // namespace
}  // namespace classcast::rtc
