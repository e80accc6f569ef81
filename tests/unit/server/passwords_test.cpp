// SPDX-License-Identifier: MIT
#include "server/passwords.hpp"

#include <gtest/gtest.h>

#include <future>

namespace classcast::server {
namespace {

const ScryptCost kCheap{16, 8, 1};

TEST(Passwords, RightOneMatchesWrongOneDoesNot) {
  auto hash = hash_password(Secret("correct horse"), kCheap);
  EXPECT_TRUE(verify_password(Secret("correct horse"), hash));
  EXPECT_FALSE(verify_password(Secret("correct horsf"), hash));
  EXPECT_FALSE(verify_password(Secret(""), hash));
}

TEST(Passwords, SamePasswordHasAnotherHashEachTime) {
  EXPECT_NE(hash_password(Secret("x"), kCheap), hash_password(Secret("x"), kCheap));
}

TEST(Passwords, KnowsTheVectorOfRfc7914) {
  // RFC 7914 §12: P="pleaseletmein", S="SodiumChloride", N=16384, r=8, p=1; the first 32 bytes.
  EXPECT_TRUE(
      verify_password(Secret("pleaseletmein"),
                      "scrypt$16384$8$1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046_2o-7qQT44-qbVD9lRdofI"));
}

TEST(Passwords, DefaultCostIsWrittenIntoTheHash) {
  auto hash = hash_password(Secret("x"));
  EXPECT_TRUE(hash.starts_with("scrypt$32768$8$2$"));
  EXPECT_TRUE(verify_password(Secret("x"), hash));
}

TEST(Passwords, HashesThatAreNotOursMatchNothing) {
  for (const auto* hash :
       {"", "x", "plain", "scrypt$16$8$1$c2FsdA$", "scrypt$0$8$1$c2FsdA$AAAA", "bcrypt$16$8$1$c2FsdA$AAAA",
        "scrypt$1048577$8$1$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "scrypt$1048576$64$64$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    EXPECT_FALSE(verify_password(Secret(""), hash)) << hash;
  }
}

TEST(Passwords, RandomOnesAreLongAndDiffer) {
  auto one = random_password();
  EXPECT_EQ(one.reveal().size(), 23U);
  EXPECT_FALSE(one == random_password());
  EXPECT_EQ(one.reveal().find_first_not_of("abcdefghijkmnpqrstuvwxyz23456789-"), std::string::npos);
}

TEST(PasswordWorkers, VerifyComesBackThroughTheExecutor) {
  std::promise<bool> answer;
  PasswordWorkers workers([](const PasswordWorkers::Work& work) { work(); }, 1);
  ASSERT_TRUE(workers.verify(Secret("x"), hash_password(Secret("x"), kCheap),
                             [&answer](bool matches) { answer.set_value(matches); }));
  EXPECT_TRUE(answer.get_future().get());
}

TEST(PasswordWorkers, FullQueueRefuses) {
  std::promise<void> release;
  auto released = release.get_future().share();
  std::promise<void> begun;
  std::atomic<bool> first = true;
  PasswordWorkers workers(
      [&](const PasswordWorkers::Work&) {
        if (first.exchange(false)) {
          begun.set_value();
          released.wait();
        }
      },
      1);
  auto hash = hash_password(Secret("x"), kCheap);
  ASSERT_TRUE(workers.verify(Secret("x"), hash, [](bool) {}));
  begun.get_future().wait();
  for (std::size_t i = 0; i < PasswordWorkers::kMaxQueued; ++i) {
    ASSERT_TRUE(workers.verify(Secret("x"), hash, [](bool) {}));
  }
  auto refused = workers.verify(Secret("x"), hash, [](bool) {});
  release.set_value();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::exhausted);
}

}  // namespace
}  // namespace classcast::server
