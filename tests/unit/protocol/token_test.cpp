// SPDX-License-Identifier: MIT
#include "protocol/token.hpp"

#include "base/strings.hpp"

#include <gtest/gtest.h>

namespace classcast::protocol {
namespace {

constexpr std::int64_t kNow = 1'700'000'000;

class Token : public testing::Test {
 protected:
  KeyPair keys_ = *make_token_keys();
  TokenSigner signer_ = *TokenSigner::create(keys_.private_pem);
  TokenVerifier verifier_ = *TokenVerifier::create(keys_.public_pem);
};

TEST_F(Token, GoesThereAndBack) {
  auto claims = verifier_.verify(signer_.sign("device:room-101", "room-101", Right::publish, kNow), kNow);
  ASSERT_TRUE(claims) << claims.error().message;
  EXPECT_EQ(claims->sub, "device:room-101");
  EXPECT_EQ(claims->room, "room-101");
  EXPECT_EQ(claims->can, Right::publish);
  EXPECT_EQ(claims->exp, kNow + kTokenLifeSeconds);
  EXPECT_EQ(claims->jti.size(), 32U);
}

TEST_F(Token, ExpiresAtTheSecond) {
  auto token = signer_.sign("user:1", "room-101", Right::watch, kNow);
  EXPECT_TRUE(verifier_.verify(token, kNow + kTokenLifeSeconds - 1));
  EXPECT_FALSE(verifier_.verify(token, kNow + kTokenLifeSeconds));
}

TEST_F(Token, OfAnotherKeyIsRefused) {
  auto other = *TokenSigner::create(make_token_keys()->private_pem);
  EXPECT_FALSE(verifier_.verify(other.sign("user:1", "room-101", Right::watch, kNow), kNow));
}

TEST_F(Token, AnyChangedCharacterIsRefused) {
  auto token = signer_.sign("user:1", "room-101", Right::watch, kNow);
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verifier_.verify(changed, kNow)) << "at " << i;
  }
}

TEST_F(Token, WithoutAlgorithmIsRefused) {
  auto token = signer_.sign("user:1", "room-101", Right::watch, kNow);
  auto claims = split(token, '.')[1];
  auto none = base64url(as_bytes(R"({"alg":"none","typ":"JWT"})"));
  EXPECT_FALSE(verifier_.verify(none + "." + std::string(claims) + ".", kNow));
}

TEST_F(Token, EveryRoomIsForObserversOnly) {
  EXPECT_TRUE(verifier_.verify(signer_.sign("server", "*", Right::observe, kNow), kNow));
  EXPECT_FALSE(verifier_.verify(signer_.sign("server", "*", Right::watch, kNow), kNow));
}

TEST_F(Token, RefusesKeysOfAnotherKind) {
  EXPECT_FALSE(TokenVerifier::create("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"));
  EXPECT_FALSE(TokenSigner::create(keys_.public_pem));
}

TEST_F(Token, HostileTextsAreRefused) {
  for (const auto* text : {"", ".", "..", "...", "a.b.c", "eyJ.eyJ.eyJ"})
    EXPECT_FALSE(verifier_.verify(text, kNow));
  EXPECT_FALSE(verifier_.verify(std::string(100'000, 'a'), kNow));
}

}  // namespace
}  // namespace classcast::protocol
