// SPDX-License-Identifier: MIT
// classcastctl bundle
#include "ctl/doctor.hpp"
#include "ctl/explain.hpp"
#include "ctl/options.hpp"
#include "ctl/redact.hpp"
#include "ctl/status.hpp"
#include "ctl/subprocess.hpp"
#include "glib/ref.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace classcast::ctl {

namespace {

namespace fs = std::filesystem;

constexpr const char* kBundleHelp =
    "Writes an archive for support: the settings with every secret masked, the service's journal, its "
    "status, and what "
    "doctor finds. Run it with sudo, else the journal is missing.";
constexpr Duration kCommandLimit = 20s;
constexpr Duration kDoctorLimit = 60s;
constexpr mode_t kPrivate = 0077;

/// A folder of our own that is gone when the archive is written.
class Folder {
 public:
  Folder() {
    glib::GErrorSlot error;
    const glib::UniqueText made(g_dir_make_tmp("classcast-bundle-XXXXXX", error.out()));
    if (made) path_ = made.get();
  }
  ~Folder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

class Collection {
 public:
  Collection(fs::path folder, std::vector<Secret> secrets)
      : folder_(std::move(folder)), secrets_(std::move(secrets)) {}

  void add(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << redact(text, secrets_);
  }
  void add_output(const std::string& name, const std::vector<std::string>& command,
                  Duration limit = kCommandLimit) const {
    auto output = run(command, limit);
    add(name, output ? output->text : output.error().message + "\n");
  }

 private:
  fs::path folder_;
  std::vector<Secret> secrets_;
};

std::vector<Secret> secrets_of(const glib::Config& config) {
  std::vector<Secret> secrets;
  if (auto settings = device::read_settings(config)) {
    secrets.push_back(settings->server.credential);
    if (settings->low_camera) secrets.push_back(settings->low_camera->camera.rtsp.password);
    if (settings->camera) secrets.push_back(settings->camera->camera.rtsp.password);
  }
  return secrets;
}

void collect(const Collection& collection, const std::string& config_file, const std::string& status_file,
             const std::string& program) {
  collection.add_output("doctor.json",
                        {program, "doctor", "--json", "--config", config_file, "--status-file", status_file},
                        kDoctorLimit);
  auto running = running_status(status_file);
  collection.add("status.txt", running ? described(*running) : running.error().message + "\n");
  collection.add_output(
      "journal.txt", {"journalctl", "--unit=classcastd", "--lines=5000", "--output=short-iso", "--no-pager"});
  collection.add_output("service.txt",
                        {"systemctl", "status", "classcastd", "--no-pager", "--full", "--lines=0"});
  collection.add_output("system.txt", {"uname", "-a"});
  collection.add_output("os-release.txt", {"cat", "/etc/os-release"});
  collection.add_output("network.txt", {"ip", "-brief", "address"});
}

std::string default_name() {
  const glib::Unique<GDateTime, g_date_time_unref> time(g_date_time_new_now_local());
  const glib::UniqueText stamp(g_date_time_format(time.get(), "%Y%m%d-%H%M%S"));
  return fmt::format("classcast-{}-{}.tar.gz", g_get_host_name(), stamp.get());
}

Result<void> pack(const fs::path& folder, const std::string& file) {
  auto packed = output_of({"tar", "--create", "--gzip", "--file", file, "--directory", folder.string(), "."},
                          kCommandLimit);
  if (!packed) return fail(packed);
  return {};
}

ExitCode write_bundle(const std::string& config_file, const std::string& status_file,
                      const std::string& output) {
  umask(kPrivate);
  const Folder folder;
  if (folder.path().empty()) {
    complain("cannot make a temporary folder");
    return ExitCode::cannot_create;
  }
  auto config = device::load_config(config_file);
  const Collection collection(folder.path(), config ? secrets_of(*config) : std::vector<Secret>());
  collection.add("settings.txt", config ? explained(*config) : config.error().message + "\n");
  std::error_code error;
  collect(collection, config_file, status_file, fs::read_symlink("/proc/self/exe", error).string());
  if (auto packed = pack(folder.path(), output); !packed) {
    complain(packed.error().message);
    return ExitCode::cannot_create;
  }
  fmt::print("{}\n", output);
  return ExitCode::ok;
}

}  // namespace

ExitCode bundle(const Arguments& arguments) {
  std::string config = kDefaultConfig;
  std::string status_file = device::kStatusFile;
  std::string output = default_name();
  auto options = command_options("bundle", "", kBundleHelp);
  with_config(options, config)
      .text("output", output, "Write this file instead of classcast-HOST-TIME.tar.gz", "FILE");
  options.text("status-file", status_file, "The running service's report", "FILE");
  if (auto parsed = options.parse(arguments, 0); !parsed) {
    complain(parsed.error().message);
    return ExitCode::usage;
  }
  return write_bundle(config, status_file, output);
}

}  // namespace classcast::ctl
