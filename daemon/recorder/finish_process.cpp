// SPDX-License-Identifier: MIT
#include "recorder/finish_process.hpp"

#include "glib/exit_code.hpp"
#include "protocol/json.hpp"

#include <sys/resource.h>

#include <cstdio>
#include <iostream>

namespace classcast::recorder {

namespace {

// Recording goes first: finishing takes what is left of the processor.
constexpr int kNice = 10;

void say(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

std::string failed_line(const Error& error) {
  return protocol::JsonWriter()
      .text("error", error.message)
      .boolean("empty", error.code == Errc::not_found)
      .boolean("full", error.code == Errc::exhausted)
      .finish();
}

Error read_failure(protocol::JsonReader& json, const std::string& text) {
  if (json.boolean("empty")) return {Errc::not_found, text};
  return {json.boolean("full") ? Errc::exhausted : Errc::internal, text};
}

Finished read_finished(protocol::JsonReader json) {
  Finished finished;
  finished.size = static_cast<std::uint64_t>(json.integer("size"));
  finished.start_ms = json.integer("start_ms");
  finished.duration_ms = static_cast<std::uint64_t>(json.integer("duration_ms"));
  finished.frames = static_cast<std::uint64_t>(json.integer("frames"));
  finished.width = json.integer("width");
  finished.height = json.integer("height");
  finished.sha256 = json.text("sha256");
  finished.thumbnail = json.boolean("thumbnail");
  for (auto& gap : json.objects("gaps")) {
    finished.gaps.push_back({gap.integer("start_ms"), gap.integer("end_ms"), gap.text("cause")});
  }
  return finished;
}

}  // namespace

std::string to_json(const FinishJob& job) {
  return protocol::JsonWriter()
      .text("room", job.room.string())
      .integer("from_ms", job.from_ms)
      .integer("until_ms", job.until_ms)
      .text("output", job.output.string())
      .finish();
}

Result<FinishJob> parse_finish_job(std::string_view line) {
  auto json = protocol::JsonReader::parse(line);
  if (!json) return fail(json);
  FinishJob job{json->text("room"), json->integer("from_ms"), json->integer("until_ms"),
                json->text("output")};
  if (auto finished = json->finish(); !finished) return fail(finished);
  return job;
}

std::string to_json(const Finished& finished) {
  auto fill = [&finished](protocol::JsonWriter& json) {
    json.integer("size", static_cast<std::int64_t>(finished.size))
        .integer("start_ms", finished.start_ms)
        .integer("duration_ms", static_cast<std::int64_t>(finished.duration_ms))
        .integer("frames", static_cast<std::int64_t>(finished.frames))
        .integer("width", finished.width)
        .integer("height", finished.height)
        .text("sha256", finished.sha256)
        .boolean("thumbnail", finished.thumbnail)
        .objects("gaps", finished.gaps, [](protocol::JsonWriter& item, const Gap& gap) {
          item.integer("start_ms", gap.start_ms).integer("end_ms", gap.end_ms).text("cause", gap.cause);
        });
  };
  return protocol::JsonWriter().object("finished", fill).finish();
}

Result<std::variant<int, Finished, Error>> parse_finish_line(std::string_view line) {
  using Line = std::variant<int, Finished, Error>;
  auto json = protocol::JsonReader::parse(line);
  if (!json) return fail(json);
  Line read = 0;
  if (auto text = json->optional_text("error")) {
    read = read_failure(*json, *text);
  } else if (auto percent = json->optional_integer("percent")) {
    read = static_cast<int>(*percent);
  } else {
    read = read_finished(json->object("finished"));
  }
  if (auto finished = json->finish(); !finished) return fail(finished);
  return read;
}

int run_finish() {
  setpriority(PRIO_PROCESS, 0, kNice);
  std::string line;
  std::getline(std::cin, line);
  auto job = parse_finish_job(line);
  auto finished =
      job ? finish(
                *job,
                [](int percent) {
                  say(protocol::JsonWriter().integer("percent", static_cast<std::int64_t>(percent)).finish());
                })
          : Result<Finished>(fail(job));
  say(finished ? to_json(*finished) : failed_line(finished.error()));
  return glib::exit_code(finished ? glib::ExitCode::ok : glib::ExitCode::unavailable);
}

}  // namespace classcast::recorder
