// SPDX-License-Identifier: MIT
#include "recorder/storage.hpp"

#include "base/random.hpp"
#include "base/strings.hpp"
#include "glib/log.hpp"
#include "protocol/json.hpp"
#include "recorder/files.hpp"

#include <sys/statvfs.h>

#include <atomic>
#include <system_error>
#include <thread>

namespace classcast::recorder {

namespace fs = std::filesystem;

namespace {

/// Within the folder that only a recorder makes: where a mount is missing, that is missing too.
fs::path marker_of(const fs::path& path) {
  return path / "recordings" / ".classcast-storage";
}

constexpr std::size_t kMaxMarker = 256;

/// What this recorder wrote into the folder when it used it for the first time; empty: never.
std::string known_marker(const fs::path& file, const fs::path& path) {
  auto text = read_text(file, 16 * kMaxMarker);
  auto json = text ? protocol::JsonReader::parse(*text) : Result<protocol::JsonReader>(fail(text));
  if (!json || json->text("path") != path.string()) return {};
  return json->text("id");
}

Result<std::string> make_marker(const fs::path& file, const fs::path& path) {
  constexpr std::size_t kIdBytes = 16;
  std::error_code error;
  const auto marker = marker_of(path);
  fs::create_directories(marker.parent_path(), error);
  if (error) return fail(Errc::unavailable, "{}: {}", marker.parent_path().string(), error.message());
  // A folder that another recorder of ours used before keeps its name.
  auto found = read_text(marker, kMaxMarker);
  auto id = found ? std::string(trim(*found)) : random_hex(kIdBytes);
  if (!found) {
    if (auto written = replace_file(marker, id + "\n"); !written) return fail(written);
  }
  auto text = protocol::JsonWriter().text("path", path.string()).text("id", id).finish();
  if (auto noted = replace_file(file, text); !noted) return fail(noted);
  return id;
}

}  // namespace

/// Shared with the thread that asks: a mount that hangs keeps it for ever, and nobody waits for it.
struct Storage::Probe {
  fs::path path;
  std::string marker;
  std::atomic<bool> stop{false};
  std::function<void(bool, std::int64_t, std::int64_t)> tell;

  void ask() const {
    struct statvfs disk = {};
    const bool answered = ::statvfs(path.c_str(), &disk) == 0;
    auto text = read_text(marker_of(path), kMaxMarker);
    const bool there = answered && text && trim(*text) == marker;
    const auto block = static_cast<std::int64_t>(disk.f_frsize);
    tell(there, there ? static_cast<std::int64_t>(disk.f_bavail) * block : 0,
         there ? static_cast<std::int64_t>(disk.f_blocks) * block : 0);
  }
};

Result<std::unique_ptr<Storage>> Storage::open(fs::path path, fs::path fallback,
                                               const fs::path& state_directory) {
  std::error_code error;
  fs::create_directories(state_directory, error);
  const auto file = state_directory / "storage.json";
  auto marker = known_marker(file, path);
  if (marker.empty()) {
    auto made = make_marker(file, path);
    if (!made) return fail(made);
    marker = std::move(*made);
  }
  fs::create_directories(fallback, error);
  if (error) return fail(Errc::unavailable, "{}: {}", fallback.string(), error.message());
  std::unique_ptr<Storage> storage(new Storage(std::move(path), std::move(fallback), std::move(marker)));
  storage->start();
  return storage;
}

Storage::Storage(fs::path path, fs::path fallback, std::string marker)
    : path_(std::move(path)), fallback_(std::move(fallback)), marker_(std::move(marker)) {}

Storage::~Storage() {
  if (probe_) probe_->stop = true;
}

void Storage::start() {
  probe_ = std::make_shared<Probe>();
  probe_->path = path_;
  probe_->marker = marker_;
  probe_->tell = [guarded = scope_.guard([this](bool there, std::int64_t free, std::int64_t total) {
    probed(there, free, total);
  })](bool there, std::int64_t free, std::int64_t total) {
    glib::post([guarded, there, free, total]() mutable { guarded(there, free, total); });
  };
  std::thread([probe = probe_] {
    while (!probe->stop) {
      probe->ask();
      std::this_thread::sleep_for(kProbeInterval);
    }
  }).detach();
  tick_ = glib::Timer::every(kProbeInterval, [this] { look(); });
}

void Storage::set_min_free(std::int64_t bytes) {
  min_free_ = bytes;
}

void Storage::probed(bool there, std::int64_t free, std::int64_t total) {
  heard_ = now();
  free_ = free;
  total_ = total;
  const auto was = state_;
  state_ = there ? assess_disk(was, free, min_free_) : DiskState::lost;
  if (state_ == was) return;
  glib::log::write(state_ == DiskState::ok ? glib::log::Level::info : glib::log::Level::warning, "storage",
                   fmt::format("{}: {}", path_.string(), state_ == DiskState::ok ? "all is well" : detail()),
                   {});
  if (on_changed) on_changed();
}

void Storage::look() {
  if (now() - heard_ > kProbeLimit && !lost()) {
    state_ = DiskState::lost;
    glib::log::warning("storage", "{} does not answer", path_.string());
    if (on_changed) on_changed();
  }
}

}  // namespace classcast::recorder
