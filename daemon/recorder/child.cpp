// SPDX-License-Identifier: MIT
#include "recorder/child.hpp"

#include "base/strings.hpp"

namespace classcast::recorder {

/// Callbacks may come back after the Child is gone.
struct Child::Link {
  std::weak_ptr<Child*> child;

  static Child* take(gpointer data) {
    const std::unique_ptr<Link> link(static_cast<Link*>(data));
    auto alive = link->child.lock();
    return alive ? *alive : nullptr;
  }
};

Result<std::unique_ptr<Child>> Child::start(const std::vector<std::string>& arguments, Events events) {
  std::vector<const char*> argv = {"/proc/self/exe"};
  for (const auto& argument : arguments) argv.push_back(argument.c_str());
  argv.push_back(nullptr);
  std::unique_ptr<Child> child(new Child(std::move(events)));
  glib::GErrorSlot error;
  child->process_ = glib::Ref<GSubprocess>::adopt(g_subprocess_newv(
      argv.data(),
      static_cast<GSubprocessFlags>(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE),
      error.out()));
  if (!child->process_) return fail(Errc::unavailable, "cannot start a process: {}", error.text());
  child->self_ = std::make_shared<Child*>(child.get());
  child->lines_ = glib::Ref<GDataInputStream>::adopt(
      g_data_input_stream_new(g_subprocess_get_stdout_pipe(child->process_.get())));
  g_subprocess_wait_async(child->process_.get(), nullptr, exited, new Link{child->self_});
  child->read_on();
  return child;
}

Child::~Child() {
  self_.reset();
  end_input();
}

void Child::read_on() {
  g_data_input_stream_read_line_async(lines_.get(), G_PRIORITY_DEFAULT, nullptr, got_line, new Link{self_});
}

void Child::got_line(GObject* stream, GAsyncResult* result, gpointer data) {
  gsize size = 0;
  const glib::UniqueText line(
      g_data_input_stream_read_line_finish(G_DATA_INPUT_STREAM(stream), result, &size, nullptr));
  auto* self = Link::take(data);
  if (self == nullptr || line == nullptr) return;
  const std::weak_ptr<Child*> alive = self->self_;
  self->events_.line({line.get(), size});
  if (!alive.expired()) self->read_on();
}

void Child::exited(GObject* process, GAsyncResult* result, gpointer data) {
  g_subprocess_wait_finish(G_SUBPROCESS(process), result, nullptr);
  auto* self = Link::take(data);
  if (self == nullptr) return;
  auto* ended = G_SUBPROCESS(process);
  const bool exited = g_subprocess_get_if_exited(ended) != 0;
  const bool good = exited && g_subprocess_get_exit_status(ended) == 0;
  const auto why = exited ? fmt::format("it ended with {}", g_subprocess_get_exit_status(ended))
                          : fmt::format("it was ended by signal {}", g_subprocess_get_term_sig(ended));
  const auto tell = self->events_.ended;
  tell(good, why);
}

void Child::write(const std::string& line) {
  auto* pipe = g_subprocess_get_stdin_pipe(process_.get());
  if (pipe == nullptr || g_output_stream_is_closed(pipe) != 0 || !G_IS_POLLABLE_OUTPUT_STREAM(pipe)) return;
  const auto text = line + "\n";
  // A pipe takes a line of this size whole or not at all.
  g_pollable_output_stream_write_nonblocking(G_POLLABLE_OUTPUT_STREAM(pipe), text.data(), text.size(),
                                             nullptr, nullptr);
}

void Child::end_input() {
  if (!process_) return;
  auto* pipe = g_subprocess_get_stdin_pipe(process_.get());
  if (pipe != nullptr) g_output_stream_close(pipe, nullptr, nullptr);
}

void Child::kill() {
  g_subprocess_force_exit(process_.get());
}

int Child::pid() const {
  const auto* text = g_subprocess_get_identifier(process_.get());
  return text != nullptr ? static_cast<int>(parse_int(text).value_or(0)) : 0;
}

}  // namespace classcast::recorder
