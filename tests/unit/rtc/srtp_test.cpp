// SPDX-License-Identifier: MIT
#include "rtc/srtp.hpp"

#include "rtc/rtp.hpp"
#include "rtc/srtp_gcm.hpp"
#include "unit/rtc/hex.hpp"

#include <gtest/gtest.h>
#include <srtp2/srtp.h>

#include <random>

namespace classcast::rtc {
namespace {

// RFC 7714 §16.1.1: AEAD_AES_128_GCM, key 000102…0f, salt 517569642070726f2071756f; the packet has sequence
// number f17b, SSRC 4d617273, roll-over counter 0.
const Buffer kRtpPlain =
    hex("8040f17b8041f8d35501a0b2"
        "47616c6c696120657374206f6d6e6973206469766973612069"
        "6e207061727465732074726573");
const Buffer kRtpCipher =
    hex("8040f17b8041f8d35501a0b2"
        "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833"
        "899d7f27beb16a9152cf765ee4390cce");
constexpr GcmSalt kSalt = {0x51, 0x75, 0x69, 0x64, 0x20, 0x70, 0x72, 0x6f, 0x20, 0x71, 0x75, 0x6f};
std::array<std::uint8_t, kSrtpKeySize> vector_key() {
  std::array<std::uint8_t, kSrtpKeySize> key{};
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i);
  return key;
}

TEST(SrtpGcm, encrypts_the_packet_of_rfc_7714) {
  auto cipher = GcmCipher::create(GcmCipher::Mode::seal, vector_key());
  ASSERT_TRUE(cipher);
  auto packet = kRtpPlain;
  packet.resize(kRtpPlain.size() + kGcmTagSize);
  MutableBytes all(packet);
  auto iv = gcm_rtp_iv({0x5501a0b2}, 0xf17b, kSalt);
  EXPECT_EQ(to_buffer(iv), hex("51753c6580c2726f20718414"));
  ASSERT_TRUE(cipher->seal(iv, all.first(12), all.subspan(12, kRtpPlain.size() - 12), all.last(kGcmTagSize)));
  EXPECT_EQ(packet, kRtpCipher);
}

TEST(SrtpGcm, decrypts_the_packet_of_rfc_7714) {
  auto cipher = GcmCipher::create(GcmCipher::Mode::open, vector_key());
  ASSERT_TRUE(cipher);
  auto packet = kRtpCipher;
  MutableBytes all(packet);
  auto iv = gcm_rtp_iv({0x5501a0b2}, 0xf17b, kSalt);
  ASSERT_TRUE(
      cipher->open(iv, all.first(12), {}, all.subspan(12, kRtpPlain.size() - 12), all.last(kGcmTagSize)));
  packet.resize(kRtpPlain.size());
  EXPECT_EQ(packet, kRtpPlain);
}

// RFC 7714 §17.1: SRTCP of SSRC 4d617273 with index 000005d4, the same key and salt.
TEST(SrtpGcm, encrypts_the_control_packet_of_rfc_7714) {
  auto cipher = GcmCipher::create(GcmCipher::Mode::seal, vector_key());
  ASSERT_TRUE(cipher);
  auto plain =
      hex("81c8000d4d6172734e5450314e545032525450200000042a0000e930"
          "4c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef");
  auto iv = gcm_rtcp_iv({0x4d617273}, 0x5d4, kSalt);
  EXPECT_EQ(to_buffer(iv), hex("517524055203726f207170bb"));
  auto trailer = hex("800005d4");
  Buffer tag(kGcmTagSize);
  MutableBytes all(plain);
  ASSERT_TRUE(cipher->seal(iv, all.first(8), trailer, all.subspan(8), tag));
  EXPECT_EQ(plain,
            hex("81c8000d4d617273"
                "63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275b"));
  EXPECT_EQ(tag, hex("c84aa45896cf4d2fc5abf87245d9eade"));
}

SrtpKey some_key(SrtpSuite suite) {
  SrtpKey key;
  for (std::size_t i = 0; i < key.key.size(); ++i) key.key[i] = static_cast<std::uint8_t>(i * 7 + 1);
  for (std::size_t i = 0; i < srtp_salt_size(suite); ++i) key.salt[i] = static_cast<std::uint8_t>(i * 13 + 5);
  return key;
}

Buffer rtp(std::uint16_t seq, std::uint32_t ssrc = 0xabcd, std::size_t payload = 200) {
  Buffer out(12 + payload);
  Buffer body(payload, static_cast<std::uint8_t>(seq));
  write_rtp(out, {96, false, seq, 1000, {ssrc}}, body);
  return out;
}

Buffer with_room(const Buffer& packet) {
  auto out = packet;
  out.resize(packet.size() + kSrtcpOverhead);
  return out;
}

/// libsrtp2's own AES-128-GCM.
class Oracle {
 public:
  explicit Oracle(srtp_ssrc_type_t direction) {
    // Starts libsrtp2, which must be done once in a process.
    EXPECT_TRUE(make_srtp_sender(SrtpSuite::aes128_cm_sha1_80, {}));
    auto key = some_key(SrtpSuite::aead_aes_128_gcm);
    std::array<unsigned char, 28> master{};
    std::copy(key.key.begin(), key.key.end(), master.begin());
    std::copy_n(key.salt.begin(), 12, master.begin() + 16);
    srtp_policy_t policy{};
    srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
    srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
    policy.ssrc.type = direction;
    policy.key = master.data();
    policy.window_size = 1024;
    ok = srtp_create(&session, &policy) == srtp_err_status_ok;
  }
  ~Oracle() { srtp_dealloc(session); }
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;

  template <typename Transform>
  Buffer apply(Transform transform, const Buffer& packet) {
    auto out = with_room(packet);
    int length = static_cast<int>(packet.size());
    if (transform(session, out.data(), &length) != srtp_err_status_ok) return {};
    out.resize(static_cast<std::size_t>(length));
    return out;
  }

  srtp_t session = nullptr;
  bool ok = false;
};

Buffer random_rtp(std::mt19937& random, std::uint16_t seq) {
  auto packet = rtp(seq, 1 + random() % 3, random() % 1300);
  if (random() % 3 == 0) {
    // A one-byte header extension of one word, and one CSRC.
    auto extra = hex("00000001 bede0001 10aa0000");
    packet.insert(packet.begin() + 12, extra.begin(), extra.end());
    packet[0] = 0x91;
  }
  return packet;
}

TEST(SrtpGcm, agrees_with_libsrtp_on_ten_thousand_packets) {
  Oracle oracle(ssrc_any_outbound);
  ASSERT_TRUE(oracle.ok);
  Oracle reverse(ssrc_any_inbound);
  auto sender = make_gcm_sender(some_key(SrtpSuite::aead_aes_128_gcm)).value();
  auto receiver = make_gcm_receiver(some_key(SrtpSuite::aead_aes_128_gcm)).value();
  std::mt19937 random(3);
  for (int i = 0; i < 10000; ++i) {
    auto packet = random_rtp(random, static_cast<std::uint16_t>(60000 + i * 7));
    auto expected = oracle.apply(srtp_protect, packet);
    auto ours = with_room(packet);
    auto size = sender->protect_rtp(ours, packet.size());
    ours.resize(size);
    ASSERT_EQ(ours, expected) << i;
    ASSERT_EQ(reverse.apply(srtp_unprotect, ours), packet);
    auto plain = receiver->unprotect_rtp(expected);
    expected.resize(plain);
    ASSERT_EQ(expected, packet);
  }
}

TEST(SrtpGcm, agrees_with_libsrtp_on_control_packets) {
  Oracle oracle(ssrc_any_outbound);
  Oracle reverse(ssrc_any_inbound);
  auto sender = make_gcm_sender(some_key(SrtpSuite::aead_aes_128_gcm)).value();
  auto receiver = make_gcm_receiver(some_key(SrtpSuite::aead_aes_128_gcm)).value();
  auto report = hex("80c90001 00000007");
  for (int i = 0; i < 100; ++i) {
    auto theirs = oracle.apply(srtp_protect_rtcp, report);
    auto ours = with_room(report);
    ours.resize(sender->protect_rtcp(ours, report.size()));
    ASSERT_EQ(reverse.apply(srtp_unprotect_rtcp, ours), report);
    auto size = receiver->unprotect_rtcp(theirs);
    theirs.resize(size);
    ASSERT_EQ(theirs, report);
  }
}

class Srtp : public testing::TestWithParam<SrtpSuite> {
 protected:
  Buffer seal(const Buffer& packet) {
    auto out = with_room(packet);
    out.resize(sender->protect_rtp(out, packet.size()));
    return out;
  }
  Buffer open(Buffer packet) {
    packet.resize(receiver->unprotect_rtp(packet));
    return packet;
  }
  std::unique_ptr<SrtpSender> sender = make_srtp_sender(GetParam(), some_key(GetParam())).value();
  std::unique_ptr<SrtpReceiver> receiver = make_srtp_receiver(GetParam(), some_key(GetParam())).value();
};

TEST_P(Srtp, refuses_replays_but_takes_late_packets) {
  auto late = seal(rtp(1));
  for (std::uint16_t seq = 2; seq < 500; ++seq) EXPECT_FALSE(open(seal(rtp(seq))).empty());
  auto again = seal(rtp(499));
  EXPECT_TRUE(open(again).empty());
  EXPECT_EQ(open(late), rtp(1));
  EXPECT_TRUE(open(late).empty());
}

TEST_P(Srtp, refuses_packets_older_than_the_window) {
  auto old = seal(rtp(1));
  open(seal(rtp(2)));
  open(seal(rtp(2 + kReplayWindow)));
  EXPECT_TRUE(open(old).empty());
}

TEST_P(Srtp, follows_the_roll_over_counter_through_loss) {
  for (std::uint32_t i = 0; i < 200000; i += 1000) {
    auto packet = rtp(static_cast<std::uint16_t>(i));
    ASSERT_EQ(open(seal(packet)), packet) << i;
  }
}

TEST_P(Srtp, sends_the_same_packet_twice_as_the_same_octets) {
  auto first = seal(rtp(7));
  seal(rtp(8));
  EXPECT_EQ(seal(rtp(7)), first);
}

TEST_P(Srtp, refuses_every_flipped_bit_of_a_packet) {
  auto sealed = seal(rtp(1, 5, 20));
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    auto broken = sealed;
    broken[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    EXPECT_TRUE(open(broken).empty()) << bit;
  }
  EXPECT_FALSE(open(sealed).empty()) << "failures must not have marked it as seen";
}

TEST_P(Srtp, bounds_the_number_of_sources) {
  for (std::uint32_t ssrc = 1; ssrc <= kMaxSrtpStreams; ++ssrc) EXPECT_FALSE(seal(rtp(1, ssrc)).empty());
  EXPECT_TRUE(seal(rtp(1, kMaxSrtpStreams + 1)).empty());
  EXPECT_FALSE(seal(rtp(2, 1)).empty());
}

TEST_P(Srtp, bounds_the_number_of_sources_it_receives) {
  for (std::uint32_t ssrc = 1; ssrc <= kMaxSrtpStreams + 1; ++ssrc) {
    auto other = make_srtp_sender(GetParam(), some_key(GetParam())).value();
    auto packet = with_room(rtp(1, ssrc));
    packet.resize(other->protect_rtp(packet, packet.size() - kSrtcpOverhead));
    EXPECT_EQ(open(packet).empty(), ssrc > kMaxSrtpStreams) << ssrc;
  }
}

TEST_P(Srtp, refuses_a_buffer_without_room_and_packets_without_a_header) {
  auto packet = rtp(1);
  EXPECT_EQ(sender->protect_rtp(packet, packet.size()), 0U);
  EXPECT_EQ(sender->protect_rtcp(packet, packet.size()), 0U);
  Buffer small(100, 0x80);
  EXPECT_EQ(sender->protect_rtp(small, 11), 0U);
  EXPECT_EQ(sender->protect_rtcp(small, 7), 0U);
  for (std::size_t size = 0; size < 40; ++size) {
    Buffer short_packet(size, 0x80);
    EXPECT_EQ(receiver->unprotect_rtp(short_packet), 0U);
    EXPECT_EQ(receiver->unprotect_rtcp(short_packet), 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(Both, Srtp,
                         testing::Values(SrtpSuite::aead_aes_128_gcm, SrtpSuite::aes128_cm_sha1_80));

}  // namespace
}  // namespace classcast::rtc
