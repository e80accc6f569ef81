// SPDX-License-Identifier: MIT
#include "glib/source.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace classcast::glib {

namespace {

using Work = std::function<void()>;

void free_work(gpointer data) {
  delete static_cast<Work*>(data);
}

gboolean run_and_stay(gpointer data) {
  (*static_cast<Work*>(data))();
  return G_SOURCE_CONTINUE;
}

gboolean run_and_leave(gpointer data) {
  (*static_cast<Work*>(data))();
  return G_SOURCE_REMOVE;
}

GSource* attach_timer(Duration interval, Work work, GSourceFunc run) {
  auto* source = g_timeout_source_new(static_cast<guint>(std::max<std::int64_t>(0, to_ms(interval))));
  g_source_set_callback(source, run, new Work(std::move(work)), free_work);
  g_source_attach(source, g_main_context_get_thread_default());
  return source;
}

}  // namespace

Timer::Timer(Timer&& other) noexcept : source_(std::exchange(other.source_, nullptr)) {}

Timer& Timer::operator=(Timer&& other) noexcept {
  std::swap(source_, other.source_);
  other.cancel();
  return *this;
}

Timer::~Timer() {
  cancel();
}

Timer Timer::every(Duration interval, Work work) {
  return Timer(attach_timer(interval, std::move(work), run_and_stay));
}

Timer Timer::once(Duration delay, Work work) {
  return Timer(attach_timer(delay, std::move(work), run_and_leave));
}

void Timer::cancel() {
  if (auto* source = std::exchange(source_, nullptr)) {
    g_source_destroy(source);
    g_source_unref(source);
  }
}

bool Timer::active() const {
  return source_ != nullptr && g_source_is_destroyed(source_) == 0;
}

void post(Work work, GMainContext* context) {
  auto* source = g_idle_source_new();
  g_source_set_priority(source, G_PRIORITY_DEFAULT);
  g_source_set_callback(source, run_and_leave, new Work(std::move(work)), free_work);
  g_source_attach(source, context);
  g_source_unref(source);
}

}  // namespace classcast::glib
