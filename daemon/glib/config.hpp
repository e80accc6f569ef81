// SPDX-License-Identifier: MIT
// A program's configuration: an INI file (GKeyFile) and its drop-ins `<file>.d/*.conf`, later ones winning.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace classcast::glib {

/// A section that a program knows, with its keys.
struct ConfigSection {
  std::string_view name;
  std::vector<std::string_view> keys;
};

/// Where a value stands, for messages: "/etc/classcast/classroom.conf:12: [camera] url".
struct ConfigPlace {
  std::string file;
  int line = 0;
  std::string section;
  std::string key;
  [[nodiscard]] std::string text() const;
};

/// A key with the value that counts.
struct ConfigValue {
  std::string section;
  std::string key;
  std::string value;
  std::optional<ConfigPlace> place;  ///< nothing: the program's default
};

class Config {
 public:
  /// Refuses unreadable files, syntax errors, unknown sections and unknown keys; the error names file, line,
  /// section and key, and the nearest known name.
  static Result<Config> load(const std::filesystem::path& file, std::span<const ConfigSection> known);

  [[nodiscard]] bool has(std::string_view section, std::string_view key) const;
  [[nodiscard]] std::string text(std::string_view section, std::string_view key,
                                 std::string_view otherwise = {}) const;
  /// Errc::invalid when the key is missing or empty.
  [[nodiscard]] Result<std::string> required(std::string_view section, std::string_view key) const;
  [[nodiscard]] Result<std::int64_t> integer(std::string_view section, std::string_view key,
                                             std::int64_t otherwise, std::int64_t least,
                                             std::int64_t most) const;
  [[nodiscard]] Result<bool> boolean(std::string_view section, std::string_view key, bool otherwise) const;
  /// "250ms", "5s", "10min", "2h".
  [[nodiscard]] Result<Duration> duration(std::string_view section, std::string_view key,
                                          Duration otherwise) const;
  /// One of `choices`; the first is the default.
  [[nodiscard]] Result<std::string> choice(std::string_view section, std::string_view key,
                                           std::span<const std::string_view> choices) const;
  /// The first line of the file that `key` names; empty when the key is absent.
  [[nodiscard]] Result<Secret> secret_file(std::string_view section, std::string_view key) const;

  /// Every known key in the order of `known`: what the files say, else the default that a reader of the key
  /// gave.
  [[nodiscard]] std::vector<ConfigValue> effective() const;

  /// An error about a value, prefixed with its place; `value` is shown only when it is no secret.
  [[nodiscard]] Error refuse(std::string_view section, std::string_view key, std::string_view reason) const;

 private:
  struct Entry {
    std::string value;
    ConfigPlace place;
  };
  Result<void> merge(const std::filesystem::path& file, std::span<const ConfigSection> known);
  [[nodiscard]] const Entry* find(std::string_view section, std::string_view key) const;
  void note_default(std::string_view section, std::string_view key, std::string text) const;

  std::string main_file_;
  std::vector<ConfigSection> known_;
  std::map<std::pair<std::string, std::string>, Entry, std::less<>> entries_;
  // What readers were given instead of a value: only they know the defaults, effective() tells them.
  mutable std::map<std::pair<std::string, std::string>, std::string, std::less<>> defaults_;
};

}  // namespace classcast::glib
