// SPDX-License-Identifier: MIT
// Log lines for people: to journald with fields when it listens, else to standard error.
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace classcast::glib::log {

/// syslog(3) priorities.
enum class Level { error = 3, warning = 4, info = 6, debug = 7 };

/// A journal field, e.g. {"ROOM", "room-101"}. SOURCE is always there: the part that speaks.
using Field = std::pair<std::string_view, std::string_view>;

/// Lines below this level are dropped; info at first, debug with CLASSCAST_DEBUG=1 in the environment.
void set_level(Level level);

/// From now on every line to the journal carries this field; another value replaces it.
void set_field(const std::string& name, const std::string& value);

/// Writes one line. Control characters in the text become \xNN, so a stranger's text cannot forge a line.
void write(Level level, std::string_view part, std::string_view text,
           std::initializer_list<Field> fields = {});

/// From now on the newest lines are kept for recent().
void remember();
/// The newest lines, each with its time and level.
std::string recent();

/// Sends the lines of GLib and GStreamer-based libraries through write() as well.
void capture_glib();

template <typename... Args>
void error(std::string_view part, fmt::format_string<Args...> text, Args&&... args) {
  write(Level::error, part, fmt::format(text, std::forward<Args>(args)...));
}
template <typename... Args>
void warning(std::string_view part, fmt::format_string<Args...> text, Args&&... args) {
  write(Level::warning, part, fmt::format(text, std::forward<Args>(args)...));
}
template <typename... Args>
void info(std::string_view part, fmt::format_string<Args...> text, Args&&... args) {
  write(Level::info, part, fmt::format(text, std::forward<Args>(args)...));
}
template <typename... Args>
void debug(std::string_view part, fmt::format_string<Args...> text, Args&&... args) {
  write(Level::debug, part, fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace classcast::glib::log
