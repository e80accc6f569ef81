// SPDX-License-Identifier: MIT
#include "store/thread.hpp"

#include "store/rooms.hpp"
#include "unit/store/fresh_database.hpp"

#include <gtest/gtest.h>

#include <future>

namespace classcast::store {
namespace {

/// Stands for the main loop: keeps what is posted until run_one() is called.
class Inbox {
 public:
  StoreThread::Executor executor() {
    return [this](StoreThread::Work work) {
      std::lock_guard lock(mutex_);
      works_.push_back(std::move(work));
      wake_.notify_one();
    };
  }
  bool run_one() {
    std::unique_lock lock(mutex_);
    if (!wake_.wait_for(lock, std::chrono::seconds(5), [this] { return !works_.empty(); })) return false;
    auto work = std::move(works_.front());
    works_.pop_front();
    lock.unlock();
    work();
    return true;
  }

 private:
  std::mutex mutex_;  // protects works_
  std::condition_variable wake_;
  std::deque<StoreThread::Work> works_;
};

TEST(StoreThread, AnswersOnTheAskersThreadFromAnother) {
  Inbox inbox;
  StoreThread store(fresh_database(), inbox.executor());
  std::thread::id worked;
  std::thread::id answered;
  store.run(
      [&worked](Database& database) {
        worked = std::this_thread::get_id();
        return list_rooms(database);
      },
      [&answered](const Result<std::vector<Room>>& rooms) {
        EXPECT_TRUE(rooms);
        answered = std::this_thread::get_id();
      });
  ASSERT_TRUE(inbox.run_one());
  EXPECT_EQ(answered, std::this_thread::get_id());
  EXPECT_NE(worked, answered);
}

TEST(StoreThread, KeepsTheOrder) {
  Inbox inbox;
  StoreThread store(fresh_database(), inbox.executor());
  std::vector<int> order;
  for (int i = 0; i < 100; ++i) {
    store.run([i](Database&) -> Result<int> { return i; },
              [&order](Result<int> i_back) { order.push_back(*i_back); });
  }
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(inbox.run_one());
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(StoreThread, RefusesWhenTheQueueIsFull) {
  Inbox inbox;
  StoreThread store(fresh_database(), inbox.executor(), 2);
  std::promise<void> release;
  std::promise<void> begun;
  store.run(
      [&](Database&) -> Result<void> {
        begun.set_value();
        release.get_future().wait();
        return {};
      },
      [](const Result<void>&) {});
  begun.get_future().wait();
  std::vector<Errc> refused;
  for (int i = 0; i < 3; ++i) {
    store.run([](Database&) -> Result<void> { return {}; },
              [&refused](const Result<void>& result) {
                if (!result) refused.push_back(result.error().code);
              });
  }
  EXPECT_EQ(store.queued(), 2U);
  release.set_value();
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(inbox.run_one());
  EXPECT_EQ(refused, std::vector{Errc::exhausted});
}

TEST(StoreThread, FinishesWhatIsQueuedBeforeItEnds) {
  Inbox inbox;
  int done = 0;
  {
    StoreThread store(fresh_database(), inbox.executor());
    for (int i = 0; i < 10; ++i) {
      store.run(
          [&done](Database&) -> Result<void> {
            ++done;
            return {};
          },
          [](const Result<void>&) {});
    }
  }
  EXPECT_EQ(done, 10);
}

TEST(StoreThread, IsUnhealthyAfterAFailureOfTheDatabaseOnly) {
  Inbox inbox;
  StoreThread store(fresh_database(), inbox.executor());
  auto ask = [&](Errc code) {
    store.run([code](Database&) -> Result<void> { return fail(code, "x"); }, [](const Result<void>&) {});
    ASSERT_TRUE(inbox.run_one());
  };
  ask(Errc::conflict);
  EXPECT_TRUE(store.healthy());
  ask(Errc::unavailable);
  EXPECT_FALSE(store.healthy());
}

}  // namespace
}  // namespace classcast::store
