// SPDX-License-Identifier: MIT
#include "glib/main_loop.hpp"

#include <glib-unix.h>

#include <csignal>

namespace classcast::glib {

MainLoop::MainLoop() : loop_(Ref<GMainLoop>::adopt(g_main_loop_new(nullptr, FALSE))) {
  sources_[0] = g_unix_signal_add(SIGINT, on_stop_signal, this);
  sources_[1] = g_unix_signal_add(SIGTERM, on_stop_signal, this);
  sources_[2] = g_unix_signal_add(SIGHUP, on_reload_signal, this);
}

MainLoop::~MainLoop() {
  for (auto source : sources_) g_source_remove(source);
}

int MainLoop::run() {
  g_main_loop_run(loop_.get());
  return code_;
}

void MainLoop::quit(int code) {
  code_ = code;
  g_main_loop_quit(loop_.get());
}

int MainLoop::on_stop_signal(void* self) {
  static_cast<MainLoop*>(self)->quit();
  return G_SOURCE_CONTINUE;
}

int MainLoop::on_reload_signal(void* self) {
  auto* loop = static_cast<MainLoop*>(self);
  if (loop->reload_) {
    loop->reload_();
  } else {
    loop->quit();
  }
  return G_SOURCE_CONTINUE;
}

}  // namespace classcast::glib
