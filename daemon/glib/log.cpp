// SPDX-License-Identifier: MIT
#include "glib/log.hpp"

#include <glib.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <mutex>
#include <vector>

namespace classcast::glib::log {

namespace {

std::atomic<Level>& threshold() {
  static std::atomic<Level> level = std::getenv("CLASSCAST_DEBUG") != nullptr ? Level::debug : Level::info;
  return level;
}

/// Fields of every line; the mutex guards the map.
struct CommonFields {
  std::mutex mutex;
  std::map<std::string, std::string> fields;
};
CommonFields& common() {
  static CommonFields fields;
  return fields;
}

/// systemd.exec(5): JOURNAL_STREAM tells that standard error goes to the journal anyway.
bool journal_listens() {
  static const bool listens = g_log_writer_is_journald(STDERR_FILENO) != 0;
  return listens;
}

std::string one_line(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

void to_journal(Level level, std::string_view part, const std::string& line,
                std::initializer_list<Field> fields) {
  std::vector<std::string> entries = {fmt::format("PRIORITY={}", static_cast<int>(level)),
                                      fmt::format("MESSAGE={}: {}", part, line),
                                      fmt::format("SOURCE={}", part)};
  {
    const std::lock_guard lock(common().mutex);
    for (const auto& [name, value] : common().fields)
      entries.push_back(fmt::format("{}={}", name, one_line(value)));
  }
  for (const auto& [name, value] : fields) entries.push_back(fmt::format("{}={}", name, one_line(value)));
  std::vector<iovec> parts;
  parts.reserve(entries.size());
  for (auto& entry : entries) parts.push_back({entry.data(), entry.size()});
  sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));
}

std::string stamped(Level level, std::string_view part, const std::string& line) {
  static constexpr std::string_view kNames[] = {"", "", "", "error", "warning", "", "info", "debug"};
  g_autoptr(GDateTime) time = g_date_time_new_now_local();
  g_autofree char* stamp = g_date_time_format(time, "%H:%M:%S");
  return fmt::format("{}.{:03} {} {}: {}\n", stamp, g_date_time_get_microsecond(time) / 1000,
                     kNames[static_cast<std::size_t>(level)], part, line);
}

void to_stderr(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

/// The newest lines; the mutex guards both.
struct Memory {
  std::mutex mutex;
  bool wanted = false;
  std::deque<std::string> lines;
};
Memory& memory() {
  static Memory lines;
  return lines;
}

void keep(const std::string& text) {
  constexpr std::size_t kMostLines = 200;
  const std::lock_guard lock(memory().mutex);
  if (!memory().wanted) return;
  memory().lines.push_back(text);
  if (memory().lines.size() > kMostLines) memory().lines.pop_front();
}

GLogWriterOutput glib_writer(GLogLevelFlags level, const GLogField* fields, gsize count, gpointer) {
  std::string_view message;
  std::string_view domain = "glib";
  for (gsize i = 0; i < count; ++i) {
    std::string_view key = fields[i].key;
    if (key == "MESSAGE") message = static_cast<const char*>(fields[i].value);
    if (key == "GLIB_DOMAIN") domain = static_cast<const char*>(fields[i].value);
  }
  auto ours = Level::debug;
  if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) != 0) ours = Level::error;
  if ((level & G_LOG_LEVEL_WARNING) != 0) ours = Level::warning;
  write(ours, domain, message);
  return G_LOG_WRITER_HANDLED;
}

}  // namespace

void set_level(Level level) {
  threshold() = level;
}

void set_field(const std::string& name, const std::string& value) {
  const std::lock_guard lock(common().mutex);
  common().fields[name] = value;
}

void write(Level level, std::string_view part, std::string_view text, std::initializer_list<Field> fields) {
  if (level > threshold()) return;
  auto line = one_line(text);
  auto full = stamped(level, part, line);
  keep(full);
  if (journal_listens()) {
    to_journal(level, part, line, fields);
  } else {
    to_stderr(full);
  }
}

void remember() {
  const std::lock_guard lock(memory().mutex);
  memory().wanted = true;
}

std::string recent() {
  const std::lock_guard lock(memory().mutex);
  std::string all;
  for (const auto& line : memory().lines) all += line;
  return all;
}

void capture_glib() {
  g_log_set_writer_func(glib_writer, nullptr, nullptr);
}

}  // namespace classcast::glib::log
