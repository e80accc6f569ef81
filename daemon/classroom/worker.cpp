// SPDX-License-Identifier: MIT
#include "classroom/worker.hpp"

#include <pthread.h>

#include <utility>

namespace classcast::classroom {

Worker::Worker(const std::string& name) : thread_([this] { loop(); }) {
  pthread_setname_np(thread_.native_handle(), name.c_str());
}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Worker::run(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
    if (!busy_since_) busy_since_ = now();
  }
  changed_.notify_all();
}

std::optional<Duration> Worker::busy_for(Instant at) const {
  const std::lock_guard lock(mutex_);
  if (!busy_since_) return std::nullopt;
  return at - *busy_since_;
}

bool Worker::wait_idle(Duration limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [this] { return !busy_since_; });
}

void Worker::loop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    busy_since_ = now();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
    if (jobs_.empty()) busy_since_.reset();
    changed_.notify_all();
  }
}

}  // namespace classcast::classroom
