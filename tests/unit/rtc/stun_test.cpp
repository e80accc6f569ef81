// SPDX-License-Identifier: MIT
#include "rtc/stun.hpp"

#include "unit/rtc/hex.hpp"

#include <gtest/gtest.h>

namespace classcast::rtc {
namespace {

// RFC 5769 §2.1: a binding request with SOFTWARE "STUN test client", PRIORITY, ICE-CONTROLLED, USERNAME
// "evtj:h6vY", MESSAGE-INTEGRITY and FINGERPRINT.
const Buffer kRequest =
    hex("000100582112a442b7e7a701bc34d686fa87dfae"
        "802200105354554e207465737420636c69656e74"
        "002400046e0001ff"
        "80290008932ff9b151263b36"
        "000600096576746a3a68367659202020"
        "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
        "80280004e57a3bcf");
// RFC 5769 §2.2: the response over IPv4, 192.0.2.1 port 32853.
const Buffer kResponse4 =
    hex("0101003c2112a442b7e7a701bc34d686fa87dfae"
        "8022000b7465737420766563746f7220"
        "002000080001a147e112a643"
        "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
        "80280004c07d4c96");
// RFC 5769 §2.3: the response over IPv6, 2001:db8:1234:5678:11:2233:4455:6677 port 32853.
const Buffer kResponse6 =
    hex("010100482112a442b7e7a701bc34d686fa87dfae"
        "8022000b7465737420766563746f7220"
        "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
        "00080014a382954e4be67bf11784c97c8292c275bfe3ed41"
        "80280004c8fb0b4c");
constexpr std::string_view kPassword = "VOkJxbRl1RmTxUk/WvJxBt";
constexpr TransactionId kTransaction = {0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34,
                                        0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae};

TEST(Stun, reads_the_request_of_rfc_5769) {
  auto message = StunMessage::parse(kRequest);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->cls, StunClass::request);
  EXPECT_EQ(message->method, kStunBinding);
  EXPECT_EQ(message->transaction, kTransaction);
  EXPECT_EQ(message->username, "evtj:h6vY");
  EXPECT_EQ(message->priority, 0x6e0001ffU);
  EXPECT_EQ(message->ice_controlled, 0x932ff9b151263b36U);
  EXPECT_FALSE(message->use_candidate);
  EXPECT_TRUE(message->has_fingerprint);
  EXPECT_TRUE(message->verify(kPassword));
  EXPECT_FALSE(message->verify("another password"));
  EXPECT_EQ(stun_local_ufrag(kRequest), "evtj");
}

TEST(Stun, reads_both_responses_of_rfc_5769) {
  auto four = StunMessage::parse(kResponse4);
  ASSERT_TRUE(four);
  EXPECT_EQ(four->cls, StunClass::success);
  EXPECT_EQ(four->mapped_address, Address::v4({192, 0, 2, 1}, 32853));
  EXPECT_TRUE(four->verify(kPassword));
  auto six = StunMessage::parse(kResponse6);
  ASSERT_TRUE(six);
  EXPECT_EQ(six->mapped_address, Address::parse("2001:db8:1234:5678:11:2233:4455:6677", 32853));
  EXPECT_TRUE(six->verify(kPassword));
  EXPECT_FALSE(stun_local_ufrag(kResponse6));
}

TEST(Stun, notices_every_flipped_bit) {
  for (std::size_t bit = 0; bit < kRequest.size() * 8; ++bit) {
    auto broken = kRequest;
    broken[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    auto message = StunMessage::parse(broken);
    EXPECT_FALSE(message && message->has_fingerprint && message->verify(kPassword)) << "bit " << bit;
  }
}

TEST(Stun, refuses_every_truncation) {
  for (std::size_t size = 0; size < kRequest.size(); ++size) {
    EXPECT_FALSE(StunMessage::parse(Bytes(kRequest).first(size))) << size;
  }
}

TEST(Stun, ignores_what_stands_behind_the_integrity) {
  std::array<std::uint8_t, 256> out{};
  StunBuilder builder(out, StunClass::request, kTransaction);
  auto plain = builder.username("a:b").finish("password");
  Buffer copy(plain.begin(), plain.end() - 8);
  // USE-CANDIDATE smuggled in behind MESSAGE-INTEGRITY.
  auto extra = hex("00250000");
  copy.insert(copy.end(), extra.begin(), extra.end());
  copy[3] = static_cast<std::uint8_t>(copy.size() - kStunHeader);
  auto message = StunMessage::parse(copy);
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->verify("password"));
  EXPECT_FALSE(message->use_candidate);
}

TEST(Stun, reads_back_everything_it_builds) {
  std::array<std::uint8_t, 256> out{};
  auto bytes = StunBuilder(out, StunClass::request, kTransaction)
                   .username("local:remote")
                   .priority(7)
                   .ice_controlling(0x1122334455667788)
                   .use_candidate()
                   .software("classcast")
                   .finish("secret");
  auto message = StunMessage::parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->username, "local:remote");
  EXPECT_EQ(message->priority, 7U);
  EXPECT_EQ(message->ice_controlling, 0x1122334455667788U);
  EXPECT_TRUE(message->use_candidate);
  EXPECT_TRUE(message->verify("secret"));
}

TEST(Stun, builds_the_mapped_addresses_of_rfc_5769) {
  for (const auto& [address, fixture, at] :
       {std::tuple{Address::v4({192, 0, 2, 1}, 32853), kResponse4, std::size_t{36}},
        std::tuple{*Address::parse("2001:db8:1234:5678:11:2233:4455:6677", 32853), kResponse6,
                   std::size_t{36}}}) {
    std::array<std::uint8_t, 256> out{};
    auto bytes =
        StunBuilder(out, StunClass::success, kTransaction).xor_mapped_address(address).finish(std::nullopt);
    auto size = 4 + 4 + address.octets().size();
    EXPECT_EQ(to_buffer(bytes.subspan(kStunHeader, size)), to_buffer(Bytes(fixture).subspan(at, size)));
  }
}

TEST(Stun, builds_errors_with_their_code) {
  std::array<std::uint8_t, 256> out{};
  auto bytes = StunBuilder(out, StunClass::error, kTransaction)
                   .error_code(StunError::role_conflict, "Role Conflict")
                   .finish("secret");
  auto message = StunMessage::parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->cls, StunClass::error);
  EXPECT_EQ(message->error_code, 487);
}

TEST(Stun, names_the_first_attribute_that_must_be_understood) {
  std::array<std::uint8_t, 256> out{};
  // 0x0027 is not assigned to us; it is comprehension-required.
  Writer writer{MutableBytes(out)};
  writer.bytes(hex("000100082112a442b7e7a701bc34d686fa87dfae0027000400000000"));
  auto message = StunMessage::parse(writer.written());
  ASSERT_TRUE(message);
  EXPECT_EQ(message->unknown_required, 0x0027);
}

TEST(Stun, says_so_when_the_buffer_is_too_small) {
  std::array<std::uint8_t, 40> out{};
  EXPECT_TRUE(StunBuilder(out, StunClass::request, kTransaction).username("a:b").finish("secret").empty());
}

}  // namespace
}  // namespace classcast::rtc
