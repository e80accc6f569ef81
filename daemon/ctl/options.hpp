// SPDX-License-Identifier: MIT
// The options of one command (GOption), with its --help.
#pragma once

#include "base/result.hpp"
#include "ctl/command.hpp"

#include <string>
#include <vector>

namespace classcast::ctl {

class OptionSet {
 public:
  /// `synopsis` follows "classcastctl COMMAND [OPTION…]"; `text` is the help's body.
  OptionSet(const char* command, const char* synopsis, const char* text);

  OptionSet& flag(const char* name, bool& value, const char* help);
  OptionSet& text(const char* name, std::string& value, const char* help, const char* metavar);

  /// Fills the values and returns what is left; Errc::invalid for an unknown option or more than `most`
  /// words.
  /// --help prints and ends the program.
  Result<std::vector<std::string>> parse(const Arguments& arguments, std::size_t most);

 private:
  struct Flag {
    bool* target;
    gboolean value = FALSE;
  };
  struct Text {
    std::string* target;
    char* value = nullptr;
  };
  void take_values();

  const char* command_;
  const char* synopsis_;
  const char* text_;
  std::vector<GOptionEntry> entries_;
  // The entries point into these: reserved, never moved.
  std::vector<Flag> flags_;
  std::vector<Text> texts_;
};

/// The option that nearly every command has.
inline OptionSet& with_config(OptionSet& options, std::string& config) {
  return options.text("config", config, "Read this file instead of /etc/classcast/classroom.conf", "FILE");
}

}  // namespace classcast::ctl
