// SPDX-License-Identifier: MIT
// Timers and posted work on a GMainContext.
#pragma once

#include "base/clock.hpp"

#include <glib.h>

#include <functional>

namespace classcast::glib {

/// A repeating or one-shot timer; destroying it cancels it. Lives on the thread of its context.
class Timer {
 public:
  Timer() = default;
  Timer(Timer&& other) noexcept;
  Timer& operator=(Timer&& other) noexcept;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer();

  static Timer every(Duration interval, std::function<void()> work);
  static Timer once(Duration delay, std::function<void()> work);

  void cancel();
  [[nodiscard]] bool active() const;

 private:
  explicit Timer(GSource* source) : source_(source) {}
  GSource* source_ = nullptr;
};

/// Runs `work` once on the thread that owns `context` (nullptr: the main thread). Safe from any thread.
void post(std::function<void()> work, GMainContext* context = nullptr);

}  // namespace classcast::glib
