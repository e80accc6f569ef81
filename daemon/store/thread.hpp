// SPDX-License-Identifier: MIT
// StoreThread: the one thread that owns the database connection. A request is one synchronous function
// there and one callback back on the asker's thread.
#pragma once

#include "base/result.hpp"
#include "store/database.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>

namespace classcast::store {

class StoreThread {
 public:
  using Work = std::function<void()>;
  /// Runs a callback on the thread that asked; called from the store thread.
  using Executor = std::function<void(Work)>;

  /// Requests waiting for the database; more are refused with Errc::exhausted.
  static constexpr std::size_t kMaxQueued = 1024;

  StoreThread(std::unique_ptr<Database> database, Executor post_back, std::size_t max_queued = kMaxQueued);
  StoreThread(const StoreThread&) = delete;
  StoreThread& operator=(const StoreThread&) = delete;
  /// Finishes what is queued.
  ~StoreThread();

  /// `request` is `Result<T>(Database&)`, `done` is `void(Result<T>)` and is called exactly once through the
  /// executor, never from within run().
  template <typename Request, typename Done>
  void run(Request request, Done done) {
    using Outcome = std::invoke_result_t<Request, Database&>;
    auto answer_with = [this, done = std::move(done)](Outcome answer) mutable {
      auto kept = std::make_shared<Outcome>(std::move(answer));
      post_back_([kept, done]() mutable { done(std::move(*kept)); });
    };
    auto queued = enqueue([this, request = std::move(request), answer_with]() mutable {
      auto answer = request(*database_);
      note(answer ? nullptr : &answer.error());
      answer_with(std::move(answer));
    });
    if (!queued) answer_with(fail(Errc::exhausted, "the database is too busy"));
  }

  [[nodiscard]] std::size_t queued() const;
  /// Whether the newest request reached the database.
  [[nodiscard]] bool healthy() const { return healthy_; }

 private:
  bool enqueue(Work work);
  void loop();
  void note(const Error* error);

  std::unique_ptr<Database> database_;
  Executor post_back_;
  std::size_t max_queued_;
  std::atomic<bool> healthy_ = true;

  mutable std::mutex mutex_;  // protects queue_ and stopping_
  std::condition_variable wake_;
  std::deque<Work> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace classcast::store
