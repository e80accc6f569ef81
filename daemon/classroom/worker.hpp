// SPDX-License-Identifier: MIT
// Worker: a thread that does one thing after the other. What may block as long as a device does is done here,
// so that the main thread, which feeds the watchdog, never waits.
#pragma once

#include "base/clock.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace classcast::classroom {

class Worker {
 public:
  /// `name` shows in ps and gdb; at most 15 characters. The thread starts with the first job. `niceness`: 19
  /// for work that nobody waits for (setpriority(2)).
  explicit Worker(std::string name, int niceness = 0) : name_(std::move(name)), niceness_(niceness) {}
  /// Finishes what is queued, then joins; blocks while a job hangs.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void run(std::function<void()> job);
  /// For how long there has been something to do; nothing when idle.
  [[nodiscard]] std::optional<Duration> busy_for(Instant at) const;
  /// True when it became idle within `limit`.
  bool wait_idle(Duration limit);

 private:
  void loop();

  const std::string name_;
  const int niceness_;
  // Guards everything below up to the thread.
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  std::optional<Instant> busy_since_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace classcast::classroom
