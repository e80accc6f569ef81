// SPDX-License-Identifier: MIT
// Captures: one process per room that is captured, started again when it ends, ended when it hangs.
#pragma once

#include "base/clock.hpp"
#include "glib/source.hpp"
#include "recorder/capture.hpp"
#include "recorder/child.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace classcast::recorder {

struct CaptureWish {
  std::filesystem::path folder;
  WatchGrant grant;
  bool operator==(const CaptureWish& other) const {
    return folder == other.folder && grant.url == other.grant.url &&
           grant.token.reveal() == other.grant.token.reveal();
  }
};

class Captures {
 public:
  /// A report comes once a second.
  static constexpr Duration kHang = 15s;
  static constexpr Duration kFirstPause = 500ms;
  static constexpr Duration kLongestPause = 10s;
  /// For the last bytes, when it is told to end.
  static constexpr Duration kFarewell = 5s;

  explicit Captures(std::string ca_file) : ca_file_(std::move(ca_file)) {}

  /// What is to be captured from now on, by room.
  void apply(const std::map<std::string, CaptureWish>& wishes);
  /// nullptr: the room is not captured.
  [[nodiscard]] const CaptureReport* report(const std::string& room) const;
  /// Whether a process still writes into a folder below `root`.
  [[nodiscard]] bool writes_below(const std::filesystem::path& root) const;
  /// Whether a process writes the room, also one that was told to end.
  [[nodiscard]] bool writes(const std::string& room) const;
  [[nodiscard]] std::size_t size() const { return running_.size(); }

  std::function<void()> on_changed;

 private:
  struct Running {
    CaptureWish wish;
    CaptureReport report;
    std::unique_ptr<Child> child;
    bool ending = false;
    Duration pause = kFirstPause;
    Instant started;
    glib::Timer hang;
    glib::Timer again;
  };

  void start(const std::string& room, Running& running);
  void heard(const std::string& room, std::string_view line);
  void ended(const std::string& room, const std::string& why);
  void end(const std::string& room, Running& running);
  void watch(const std::string& room, Running& running, Duration limit);

  const std::string ca_file_;
  std::map<std::string, CaptureWish> wishes_;
  std::map<std::string, Running> running_;
};

}  // namespace classcast::recorder
