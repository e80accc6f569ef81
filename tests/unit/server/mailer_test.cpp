// SPDX-License-Identifier: MIT
#include "server/mailer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

namespace classcast::server {
namespace {

using testing::ElementsAre;

/// A mail server that answers as it is told and can be held.
class Post {
 public:
  Mailer::Transport transport() {
    return [this](const MailSettings&, const std::string& to, const std::string&,
                  const std::atomic<bool>& stop) { return take(to, stop); };
  }

  void answer(std::vector<Result<void>> answers) { answers_ = std::move(answers); }

  void hold() {
    std::lock_guard lock(mutex_);
    held_ = true;
  }

  void let_go() {
    std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }

  /// The addresses in order, as soon as there are `count`.
  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 20s, [&] { return asked_.size() >= count; });
    return asked_;
  }

 private:
  Result<void> take(const std::string& to, const std::atomic<bool>& stop) {
    std::unique_lock lock(mutex_);
    asked_.push_back(to);
    changed_.notify_all();
    while (held_ && !stop) changed_.wait_for(lock, 10ms);
    if (answers_.empty()) return {};
    auto answer = answers_.front();
    answers_.erase(answers_.begin());
    return answer;
  }

  std::mutex mutex_;  // protects everything below
  std::condition_variable changed_;
  std::vector<std::string> asked_;
  std::vector<Result<void>> answers_;
  bool held_ = false;
};

class MailerTest : public testing::Test {
 protected:
  static MailSettings settings() {
    MailSettings settings;
    settings.host = "mail.example";
    settings.from = "classcast@school.example";
    return settings;
  }
  static Mail to(const std::string& address) { return {address, "subject", "text"}; }
  std::unique_ptr<Mailer> make() {
    auto mailer = std::make_unique<Mailer>([](const Mailer::Work& work) { work(); }, post.transport(),
                                           std::vector<Duration>{1ms, 1ms});
    mailer->configure(settings());
    return mailer;
  }
  Post post;
};

TEST_F(MailerTest, RefusesWithoutAMailServer) {
  auto mailer = make();
  mailer->configure({});
  EXPECT_FALSE(mailer->enabled());
  EXPECT_EQ(mailer->send(to("a"), "School").error().code, Errc::conflict);
}

TEST_F(MailerTest, SendsInOrder) {
  auto mailer = make();
  ASSERT_TRUE(mailer->send(to("a"), "School"));
  ASSERT_TRUE(mailer->send(to("b"), "School"));
  EXPECT_THAT(post.wait_for(2), ElementsAre("a", "b"));
}

TEST_F(MailerTest, TriesAgainWhatMayWorkLaterAndThenGivesUp) {
  post.answer({fail(Errc::unavailable, "no"), fail(Errc::unavailable, "no"), fail(Errc::unavailable, "no")});
  auto mailer = make();
  ASSERT_TRUE(mailer->send(to("a"), "School"));
  EXPECT_THAT(post.wait_for(3), ElementsAre("a", "a", "a"));
  ASSERT_TRUE(mailer->send(to("b"), "School"));
  EXPECT_THAT(post.wait_for(4), ElementsAre("a", "a", "a", "b"));
  EXPECT_EQ(mailer->failed(), 1U);
}

TEST_F(MailerTest, DoesNotRepeatWhatIsRefusedForGood) {
  post.answer({fail(Errc::invalid, "no such mailbox")});
  auto mailer = make();
  ASSERT_TRUE(mailer->send(to("a"), "School"));
  ASSERT_TRUE(mailer->send(to("b"), "School"));
  EXPECT_THAT(post.wait_for(2), ElementsAre("a", "b"));
}

TEST_F(MailerTest, TellsTheOutcomeOfOneTry) {
  post.answer({fail(Errc::unavailable, "not now")});
  auto mailer = make();
  std::promise<Result<void>> outcome;
  ASSERT_TRUE(
      mailer->try_once(to("a"), "School", [&](const Result<void>& result) { outcome.set_value(result); }));
  auto result = outcome.get_future().get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "not now");
}

TEST_F(MailerTest, TheQueueHasAnEndAndTheEndComesAtOnce) {
  post.hold();
  auto mailer = make();
  ASSERT_TRUE(mailer->send(to("held"), "School"));
  EXPECT_THAT(post.wait_for(1), ElementsAre("held"));
  for (std::size_t i = 0; i < Mailer::kMaxQueued; ++i) ASSERT_TRUE(mailer->send(to("a"), "School"));
  EXPECT_EQ(mailer->send(to("a"), "School").error().code, Errc::exhausted);
  EXPECT_EQ(mailer->queued(), Mailer::kMaxQueued + 1);
  mailer.reset();
  EXPECT_THAT(post.wait_for(1), ElementsAre("held"));
}

}  // namespace
}  // namespace classcast::server
