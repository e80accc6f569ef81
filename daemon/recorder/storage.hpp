// SPDX-License-Identifier: MIT
// Storage: the folder for recordings, which may be a NAS that goes away, and the one that stands in for it.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "glib/scope.hpp"
#include "glib/source.hpp"
#include "recorder/disk.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace classcast::recorder {

class Storage {
 public:
  static constexpr Duration kProbeInterval = 1s;
  /// A mount that does not answer for so long is lost.
  static constexpr Duration kProbeLimit = 8s;

  /// Marks a folder that is used for the first time; Errc::unavailable when neither folder can be used.
  static Result<std::unique_ptr<Storage>> open(std::filesystem::path path, std::filesystem::path fallback,
                                               const std::filesystem::path& state_directory);
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  ~Storage();

  void set_min_free(std::int64_t bytes);
  [[nodiscard]] DiskState state() const { return state_; }
  [[nodiscard]] bool lost() const { return state_ == DiskState::lost; }
  [[nodiscard]] std::int64_t free() const { return free_; }
  [[nodiscard]] std::int64_t total() const { return total_; }
  [[nodiscard]] std::string detail() const { return describe_disk(state_, free_); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const std::filesystem::path& fallback() const { return fallback_; }
  /// Where to write now.
  [[nodiscard]] const std::filesystem::path& root() const { return lost() ? fallback_ : path_; }
  [[nodiscard]] std::filesystem::path segments(const std::string& room) const {
    return root() / "segments" / room;
  }

  std::function<void()> on_changed;

 private:
  struct Probe;
  Storage(std::filesystem::path path, std::filesystem::path fallback, std::string marker);
  void start();
  void probed(bool there, std::int64_t free, std::int64_t total);
  void look();

  const std::filesystem::path path_;
  const std::filesystem::path fallback_;
  const std::string marker_;
  std::shared_ptr<Probe> probe_;
  std::int64_t min_free_ = 0;
  std::int64_t free_ = 0;
  std::int64_t total_ = 0;
  DiskState state_ = DiskState::ok;
  Instant heard_ = now();
  glib::Timer tick_;
  glib::Scope scope_;
};

}  // namespace classcast::recorder
