// SPDX-License-Identifier: MIT
#include "store/thread.hpp"

namespace classcast::store {

StoreThread::StoreThread(std::unique_ptr<Database> database, Executor post_back, std::size_t max_queued)
    : database_(std::move(database)),
      post_back_(std::move(post_back)),
      max_queued_(max_queued),
      thread_([this] { loop(); }) {}

StoreThread::~StoreThread() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

std::size_t StoreThread::queued() const {
  std::lock_guard lock(mutex_);
  return queue_.size();
}

bool StoreThread::enqueue(Work work) {
  {
    std::lock_guard lock(mutex_);
    if (queue_.size() >= max_queued_) return false;
    queue_.push_back(std::move(work));
  }
  wake_.notify_one();
  return true;
}

void StoreThread::loop() {
  for (;;) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    auto work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
  }
}

void StoreThread::note(const Error* error) {
  healthy_ = error == nullptr || (error->code != Errc::unavailable && error->code != Errc::internal);
}

}  // namespace classcast::store
