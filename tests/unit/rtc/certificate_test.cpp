// SPDX-License-Identifier: MIT
#include "rtc/certificate.hpp"

#include "rtc/ice_credentials.hpp"

#include <gtest/gtest.h>

namespace classcast::rtc {
namespace {

TEST(Certificate, has_the_fingerprint_that_it_says) {
  auto certificate = Certificate::create().value();
  auto other = Certificate::create().value();
  auto text = certificate->fingerprint().text();
  EXPECT_EQ(text.size(), std::string("sha-256 ").size() + 32 * 3 - 1);
  EXPECT_EQ(Fingerprint::parse(text).value(), certificate->fingerprint());
  EXPECT_TRUE(certificate->fingerprint().matches(*certificate->x509()));
  EXPECT_FALSE(certificate->fingerprint().matches(*other->x509()));
}

TEST(Fingerprint, matches_by_every_hash) {
  auto certificate = Certificate::create().value();
  for (auto hash : {Fingerprint::Hash::sha1, Fingerprint::Hash::sha384, Fingerprint::Hash::sha512}) {
    auto fingerprint = Fingerprint::of(*certificate->x509(), hash).value();
    EXPECT_TRUE(fingerprint.matches(*certificate->x509()));
    fingerprint.digest.back() ^= 1;
    EXPECT_FALSE(fingerprint.matches(*certificate->x509()));
  }
}

TEST(Fingerprint, refuses_malformed_texts) {
  std::string digest = "00";
  for (int i = 1; i < 32; ++i) digest += ":ff";
  EXPECT_TRUE(Fingerprint::parse("sha-256 " + digest));
  EXPECT_TRUE(Fingerprint::parse("SHA-256 " + digest));
  EXPECT_EQ(Fingerprint::parse("sha-256 " + digest + ":00").error().code, Errc::invalid);
  EXPECT_EQ(Fingerprint::parse("sha-256").error().code, Errc::invalid);
  EXPECT_EQ(Fingerprint::parse("sha-1 " + digest).error().code, Errc::invalid);
  EXPECT_EQ(Fingerprint::parse("md5 " + digest).error().code, Errc::not_found);
  digest[0] = 'g';
  EXPECT_EQ(Fingerprint::parse("sha-256 " + digest).error().code, Errc::invalid);
}

TEST(IceCredentials, are_long_enough_and_differ) {
  auto first = IceCredentials::random();
  EXPECT_GE(first.ufrag.size(), 4U);
  EXPECT_GE(first.pwd.reveal().size(), 22U);
  EXPECT_FALSE(first == IceCredentials::random());
}

}  // namespace
}  // namespace classcast::rtc
