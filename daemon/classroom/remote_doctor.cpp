// SPDX-License-Identifier: MIT
#include "classroom/remote_doctor.hpp"

#include "base/clock.hpp"
#include "glib/ref.hpp"
#include "glib/source.hpp"

#include <gio/gio.h>

#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

namespace classcast::classroom {

namespace {

using namespace std::chrono_literals;
using glib::Ref;

/// The server waits 30 s.
constexpr Duration kExaminationLimit = 25s;

struct Examination {
  RemoteDoctor::Done done;
  Ref<GSubprocess> process;
  glib::Timer limit;
};

/// The one that was installed with this program.
std::string doctor_program() {
  std::error_code error;
  auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? "classcastctl" : (self.parent_path() / "classcastctl").string();
}

void on_examined(GObject* process, GAsyncResult* result, gpointer data) {
  const std::unique_ptr<Examination> examination(static_cast<Examination*>(data));
  GBytes* bytes = nullptr;
  glib::GErrorSlot error;
  const bool complete =
      g_subprocess_communicate_finish(G_SUBPROCESS(process), result, &bytes, nullptr, error.out()) != 0;
  auto output = Ref<GBytes>::adopt(bytes);
  if (!complete || !examination->limit.active())
    return examination->done(false, "The examination did not end in time.");
  gsize size = 0;
  const auto* text = static_cast<const char*>(g_bytes_get_data(output.get(), &size));
  examination->done(g_subprocess_get_successful(G_SUBPROCESS(process)) != 0,
                    text == nullptr ? std::string() : std::string(text, size));
}

}  // namespace

void RemoteDoctor::examine(Done done) const {
  auto program = doctor_program();
  const char* words[] = {program.c_str(), "doctor", "--config", config_file_.c_str(), nullptr};
  glib::GErrorSlot error;
  auto process = Ref<GSubprocess>::adopt(g_subprocess_newv(
      words, GSubprocessFlags(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE),
      error.out()));
  if (!process) return done(false, "classcastctl cannot be started: " + std::string(error.text()));
  auto examination = std::make_unique<Examination>();
  examination->done = std::move(done);
  examination->process = process;
  examination->limit =
      glib::Timer::once(kExaminationLimit, [patient = process.get()] { g_subprocess_force_exit(patient); });
  g_subprocess_communicate_async(process.get(), nullptr, nullptr, on_examined, examination.release());
}

}  // namespace classcast::classroom
