// SPDX-License-Identifier: MIT
// The main loop of a program: runs until quit() or SIGINT/SIGTERM.
#pragma once

#include "glib/ref.hpp"

#include <functional>

namespace classcast::glib {

class MainLoop {
 public:
  MainLoop();
  ~MainLoop();
  MainLoop(const MainLoop&) = delete;
  MainLoop& operator=(const MainLoop&) = delete;

  /// Called on SIGHUP; without it SIGHUP ends the loop as SIGTERM does.
  void on_reload(std::function<void()> work) { reload_ = std::move(work); }
  /// Returns the exit code given to quit(), 0 after SIGINT or SIGTERM.
  int run();
  void quit(int code = 0);

 private:
  static int on_stop_signal(void* self);
  static int on_reload_signal(void* self);

  Ref<GMainLoop> loop_;
  std::function<void()> reload_;
  unsigned sources_[3] = {};
  int code_ = 0;
};

}  // namespace classcast::glib
