// SPDX-License-Identifier: MIT
#include "server/sessions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace classcast::server {
namespace {

using testing::ElementsAre;

constexpr std::int64_t kNow = 1'700'000'000'000;
const store::User kAnna{7, "Anna", store::Role::teacher, "hash"};

class SessionTable : public testing::Test {
 protected:
  SessionTable() {
    sessions.on_ended = [this](const store::Session& session) { ended.push_back(session.token_hash); };
    sessions.on_touched = [this](const store::Session&) { ++touched; };
  }
  std::string open(std::int64_t now_ms = kNow) {
    auto opened = Sessions::open(kAnna, now_ms);
    sessions.add(opened.session);
    return opened.token;
  }
  Sessions sessions;
  std::vector<std::string> ended;
  int touched = 0;
};

TEST_F(SessionTable, TokenOpensItsSessionAndOnlyItsHashIsKept) {
  auto opened = Sessions::open(kAnna, kNow);
  sessions.add(opened.session);
  const auto* session = sessions.find(opened.token, kNow);
  ASSERT_NE(session, nullptr);
  EXPECT_EQ(session->user_name, "Anna");
  EXPECT_EQ(session->token_hash, sha256_hex(opened.token));
  EXPECT_NE(session->token_hash, opened.token);
  EXPECT_EQ(sessions.find(session->token_hash, kNow), nullptr) << "a stolen database must open nothing";
  EXPECT_EQ(sessions.find("", kNow), nullptr);
}

TEST_F(SessionTable, TokensAndCsrfDiffer) {
  auto one = Sessions::open(kAnna, kNow);
  auto two = Sessions::open(kAnna, kNow);
  EXPECT_NE(one.token, two.token);
  EXPECT_NE(one.session.csrf, two.session.csrf);
  EXPECT_NE(one.session.csrf, one.token);
}

TEST_F(SessionTable, IdleSessionEnds) {
  auto token = open();
  EXPECT_EQ(sessions.find(token, kNow + Sessions::kIdleMs), nullptr);
  EXPECT_THAT(ended, ElementsAre(sha256_hex(token)));
}

TEST_F(SessionTable, UseKeepsItAliveUntilItsAbsoluteEnd) {
  auto token = open();
  for (std::int64_t at = kNow; at < kNow + Sessions::kAbsoluteMs; at += Sessions::kIdleMs / 2) {
    ASSERT_NE(sessions.find(token, at), nullptr);
  }
  EXPECT_EQ(sessions.find(token, kNow + Sessions::kAbsoluteMs), nullptr);
}

TEST_F(SessionTable, UseIsWrittenDownRarely) {
  auto token = open();
  for (int second = 0; second < 3600; ++second) (void)sessions.find(token, kNow + second * 1000);
  EXPECT_EQ(touched, 11);
}

TEST_F(SessionTable, ExpireEndsTheOldOnes) {
  auto old = open(kNow - Sessions::kIdleMs);
  auto fresh = open();
  sessions.expire(kNow);
  EXPECT_EQ(sessions.size(), 1U);
  EXPECT_NE(sessions.find(fresh, kNow), nullptr);
}

TEST_F(SessionTable, RemovedSessionIsGoneAtOnce) {
  auto token = open();
  sessions.remove(sha256_hex(token));
  EXPECT_EQ(sessions.find(token, kNow), nullptr);
  sessions.remove(sha256_hex(token));
  EXPECT_EQ(ended.size(), 1U);
}

TEST_F(SessionTable, PersonsOldestSessionMakesRoom) {
  auto first = open(kNow);
  for (std::size_t i = 1; i <= Sessions::kMaxSessionsPerUser; ++i) open(kNow + static_cast<std::int64_t>(i));
  EXPECT_EQ(sessions.size(), Sessions::kMaxSessionsPerUser);
  EXPECT_EQ(sessions.find(first, kNow + 100), nullptr);
}

TEST(Cookie, ValueIsFoundAmongOthers) {
  EXPECT_EQ(cookie_value("__Host-classcast=abc", "__Host-classcast"), "abc");
  EXPECT_EQ(cookie_value("a=1; __Host-classcast=abc; b=2", "__Host-classcast"), "abc");
  EXPECT_EQ(cookie_value("x__Host-classcast=abc", "__Host-classcast"), "");
  EXPECT_EQ(cookie_value("", "__Host-classcast"), "");
  EXPECT_EQ(cookie_value("__Host-classcast", "__Host-classcast"), "");
}

}  // namespace
}  // namespace classcast::server
