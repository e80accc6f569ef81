// SPDX-License-Identifier: MIT
// A recording as its recorder knows it, kept on the disk so that it survives everything.
#pragma once

#include "base/result.hpp"
#include "protocol/recorder.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace classcast::recorder {

struct Job {
  std::string id;
  std::string room;
  std::int64_t from_ms = 0;
  std::int64_t until_ms = 0;
  std::optional<std::int64_t> stop_ms;
  bool cut = false;  ///< the disk was full
  protocol::RecordingState state = protocol::RecordingState::recording;
  std::string detail;
  std::int64_t progress = 0;
  std::optional<protocol::RecordingResult> result;

  [[nodiscard]] bool open() const {
    return state == protocol::RecordingState::recording || state == protocol::RecordingState::finishing;
  }
};

/// What a moment does to a job that records: its time is over, or the disk is full.
void step(Job& job, std::int64_t now_ms, bool disk_full);
/// What the server says of it.
void take_order(Job& job, const protocol::RecordingJob& order);
protocol::RecordingReport report_of(const Job& job);

std::string to_json(const Job& job);
Result<Job> parse_job(std::string_view text);

/// The jobs in a folder, one file each.
class JobTable {
 public:
  /// Files that are torn are left out and named.
  static Result<JobTable> open(const std::filesystem::path& folder);
  [[nodiscard]] std::map<std::string, Job>& all() { return jobs_; }
  [[nodiscard]] const std::map<std::string, Job>& all() const { return jobs_; }
  Result<void> save(const Job& job);
  void forget(const std::string& id);
  [[nodiscard]] const std::vector<std::string>& torn() const { return torn_; }

 private:
  explicit JobTable(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path folder_;
  std::map<std::string, Job> jobs_;
  std::vector<std::string> torn_;
};

/// Whether an id or a path of the server is one that this recorder may touch.
bool safe_id(std::string_view id);
bool safe_path(std::string_view path);

}  // namespace classcast::recorder
