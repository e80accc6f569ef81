// SPDX-License-Identifier: MIT
#include "device/status_file.hpp"

#include "base/strings.hpp"
#include "glib/ref.hpp"
#include "protocol/json.hpp"

#include <cstdlib>
#include <variant>

namespace classcast::device {

namespace {

constexpr int kMode = 0640;

std::string head_of(const RunningStatus& status) {
  return protocol::JsonWriter()
      .text("room", status.room)
      .text("software", status.software)
      .integer("pid", status.pid)
      .integer("written_ms", status.written_ms)
      .finish();
}

Result<RunningStatus> parse(std::string_view text) {
  auto lines = split(text, '\n');
  if (lines.size() < 2) return fail(Errc::invalid, "is not a status of classcastd");
  auto head = protocol::JsonReader::parse(lines[0]);
  auto report = protocol::parse_classroom_message(lines[1]);
  if (!head) return fail(head);
  if (!report) return fail(report);
  const auto* heartbeat = std::get_if<protocol::Heartbeat>(&*report);
  if (heartbeat == nullptr) return fail(Errc::invalid, "holds no report");
  RunningStatus status{head->text("room"), head->text("software"), head->integer("pid"),
                       head->integer("written_ms"), *heartbeat};
  if (auto complete = head->finish(); !complete) return fail(complete);
  return status;
}

}  // namespace

std::filesystem::path own_status_file() {
  const auto* folder = std::getenv("RUNTIME_DIRECTORY");
  if (folder == nullptr || *folder == '\0') return {};
  return std::filesystem::path(split(folder, ':').front()) / "status.json";
}

Result<void> write_status(const std::filesystem::path& file, const RunningStatus& status) {
  const auto text = head_of(status) + "\n" + protocol::to_json(status.report) + "\n";
  glib::GErrorSlot error;
  if (g_file_set_contents_full(file.c_str(), text.data(), static_cast<gssize>(text.size()),
                               G_FILE_SET_CONTENTS_CONSISTENT, kMode, error.out()) != 0)
    return {};
  return fail(Errc::unavailable, "cannot write {}: {}", file.string(), error.text());
}

Result<RunningStatus> read_status(const std::filesystem::path& file) {
  gchar* raw = nullptr;
  gsize size = 0;
  glib::GErrorSlot error;
  if (g_file_get_contents(file.c_str(), &raw, &size, error.out()) == 0) {
    const auto code = error.is(G_FILE_ERROR, G_FILE_ERROR_ACCES) ? Errc::denied : Errc::not_found;
    return fail(code, "{}", error.text());
  }
  const glib::UniqueText text(raw);
  auto status = parse({text.get(), size});
  if (!status) return fail(Errc::invalid, "{}: {}", file.string(), status.error().message);
  return status;
}

}  // namespace classcast::device
