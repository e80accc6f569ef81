// SPDX-License-Identifier: MIT
#include "ctl/subprocess.hpp"

#include "glib/ref.hpp"
#include "glib/source.hpp"

namespace classcast::ctl {

namespace {

using glib::Ref;

struct Pending {
  bool done = false;
  bool complete = false;
  std::string text;
};

void on_done(GObject* process, GAsyncResult* result, gpointer data) {
  auto* pending = static_cast<Pending*>(data);
  GBytes* bytes = nullptr;
  glib::GErrorSlot error;
  pending->complete =
      g_subprocess_communicate_finish(G_SUBPROCESS(process), result, &bytes, nullptr, error.out()) != 0;
  auto output = Ref<GBytes>::adopt(bytes);
  gsize size = 0;
  const auto* data_of = output ? g_bytes_get_data(output.get(), &size) : nullptr;
  if (data_of != nullptr) pending->text.assign(static_cast<const char*>(data_of), size);
  pending->done = true;
}

}  // namespace

Result<Output> run(const std::vector<std::string>& command, Duration limit) {
  std::vector<const char*> words;
  words.reserve(command.size() + 1);
  for (const auto& word : command) words.push_back(word.c_str());
  words.push_back(nullptr);
  glib::GErrorSlot error;
  auto process = Ref<GSubprocess>::adopt(g_subprocess_newv(
      words.data(), GSubprocessFlags(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE),
      error.out()));
  if (!process) return fail(Errc::unavailable, "{}", error.text());
  Pending pending;
  g_subprocess_communicate_async(process.get(), nullptr, nullptr, on_done, &pending);
  // Killing it ends the wait: its output closes.
  auto timer = glib::Timer::once(limit, [&process] { g_subprocess_force_exit(process.get()); });
  while (!pending.done) g_main_context_iteration(nullptr, TRUE);
  timer.cancel();
  g_subprocess_wait(process.get(), nullptr, nullptr);
  const bool ended = pending.complete && g_subprocess_get_if_exited(process.get()) != 0;
  return Output{ended && g_subprocess_get_exit_status(process.get()) == 0, pending.text};
}

Result<std::string> output_of(const std::vector<std::string>& command, Duration limit) {
  auto output = run(command, limit);
  if (!output) return fail(output);
  if (output->successful) return output->text;
  return fail(Errc::unavailable, "{} failed: {}", command.front(), output->text);
}

}  // namespace classcast::ctl
