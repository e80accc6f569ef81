// SPDX-License-Identifier: MIT
#include "classroom/worker.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <utility>

namespace classcast::classroom {

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Worker::run(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
    if (!busy_since_) busy_since_ = now();
    if (!thread_.joinable()) {
      thread_ = std::thread([this] { loop(); });
      pthread_setname_np(thread_.native_handle(), name_.c_str());
    }
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
  // Linux keeps the niceness per thread (setpriority(2), "C library/kernel differences").
  if (niceness_ != 0) setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), niceness_);
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
