// SPDX-License-Identifier: MIT
// The options of a program, or of one of its commands (GOption), with its --help.
#pragma once

#include "base/result.hpp"

#include <glib.h>

#include <string>
#include <vector>

namespace classcast::glib {

class OptionSet {
 public:
  /// `title` is what is typed ("classcastctl doctor"); `synopsis` follows "TITLE [OPTION…]"; `text` is the
  /// help's body.
  OptionSet(std::string title, const char* synopsis, const char* text);

  OptionSet& flag(const char* name, bool& value, const char* help);
  OptionSet& text(const char* name, std::string& value, const char* help, const char* metavar);

  /// Fills the values and returns what is left; Errc::invalid for an unknown option or more than `most`
  /// words.
  /// --help prints and ends the program.
  Result<std::vector<std::string>> parse(const std::vector<std::string>& arguments, std::size_t most);

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

  std::string title_;
  const char* synopsis_;
  const char* text_;
  std::vector<GOptionEntry> entries_;
  // The entries point into these: reserved, never moved.
  std::vector<Flag> flags_;
  std::vector<Text> texts_;
};

}  // namespace classcast::glib
