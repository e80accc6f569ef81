// SPDX-License-Identifier: MIT
#include "recorder/job.hpp"

#include "base/id.hpp"
#include "base/strings.hpp"
#include "protocol/json.hpp"
#include "recorder/files.hpp"

#include <algorithm>
#include <system_error>

namespace classcast::recorder {

namespace fs = std::filesystem;
using protocol::RecordingState;

void step(Job& job, std::int64_t now_ms, bool disk_full) {
  if (job.state != RecordingState::recording) return;
  if (now_ms >= job.until_ms) {
    job.stop_ms = job.until_ms;
  } else if (disk_full) {
    job.stop_ms = now_ms;
    job.cut = true;
  }
  if (job.stop_ms) job.state = RecordingState::finishing;
}

void take_order(Job& job, const protocol::RecordingJob& order) {
  job.until_ms = order.until_ms;
  if (job.state != RecordingState::recording || !order.stop_ms) return;
  job.stop_ms = order.stop_ms;
  job.state = RecordingState::finishing;
}

protocol::RecordingReport report_of(const Job& job) {
  return {job.id, job.state, job.detail, job.progress, job.stop_ms, job.cut, job.result};
}

std::string to_json(const Job& job) {
  protocol::JsonWriter writer;
  writer.text("id", job.id).text("room", job.room).integer("from_ms", job.from_ms);
  writer.integer("until_ms", job.until_ms).integer("stop_ms", job.stop_ms).boolean("cut", job.cut);
  writer.text("state", protocol::to_text(job.state)).text("detail", job.detail);
  if (job.result)
    writer.object("result", [&](protocol::JsonWriter& item) { protocol::write_result(item, *job.result); });
  return writer.finish();
}

Result<Job> parse_job(std::string_view text) {
  auto json = protocol::JsonReader::parse(text);
  if (!json) return fail(json);
  Job job;
  job.id = json->text("id");
  job.room = json->text("room");
  job.from_ms = json->integer("from_ms");
  job.until_ms = json->integer("until_ms");
  job.stop_ms = json->optional_integer("stop_ms");
  job.cut = json->boolean("cut");
  job.detail = json->text("detail");
  const auto state = protocol::recording_state(json->text("state"));
  if (auto result = json->optional_object("result")) job.result = protocol::read_result(*result);
  if (!state || !safe_id(job.id) || !RoomId::valid(job.room)) json->refuse("state", "or a name is unknown");
  if (auto read = json->finish(); !read) return fail(read);
  job.state = *state;
  return job;
}

Result<JobTable> JobTable::open(const fs::path& folder) {
  constexpr std::size_t kMaxJobBytes = 256 * 1024;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return fail(Errc::unavailable, "{}: {}", folder.string(), error.message());
  JobTable table(folder);
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() != ".json") continue;
    auto text = read_text(entry.path(), kMaxJobBytes);
    auto job = text ? parse_job(*text) : Result<Job>(fail(text));
    if (job) {
      auto id = job->id;
      table.jobs_.emplace(std::move(id), std::move(*job));
    } else {
      table.torn_.push_back(entry.path().string());
    }
  }
  return table;
}

Result<void> JobTable::save(const Job& job) {
  auto saved = replace_file(folder_ / (job.id + ".json"), to_json(job));
  jobs_.insert_or_assign(job.id, job);
  return saved;
}

void JobTable::forget(const std::string& id) {
  std::error_code ignored;
  fs::remove(folder_ / (id + ".json"), ignored);
  jobs_.erase(id);
}

bool safe_id(std::string_view id) {
  constexpr std::size_t kMaxId = 40;
  return !id.empty() && id.size() <= kMaxId &&
         id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

bool safe_path(std::string_view path) {
  if (!path.starts_with("recordings/") || path.find('\0') != std::string_view::npos) return false;
  const auto parts = split(path, '/');
  return std::none_of(parts.begin(), parts.end(),
                      [](std::string_view part) { return part.empty() || part == "." || part == ".."; });
}

}  // namespace classcast::recorder
