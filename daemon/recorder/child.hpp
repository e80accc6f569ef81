// SPDX-License-Identifier: MIT
// Child: a process of our own program that takes lines on standard input and says lines on standard output.
// It ends when its input ends, so it never outlives us.
#pragma once

#include "base/result.hpp"
#include "glib/ref.hpp"

#include <gio/gio.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace classcast::recorder {

class Child {
 public:
  struct Events {
    std::function<void(std::string_view line)> line;
    /// The last one; `why` is a sentence. The owner may destroy the Child in it.
    std::function<void(bool good, const std::string& why)> ended;
  };

  /// Runs this program again with other arguments.
  static Result<std::unique_ptr<Child>> start(const std::vector<std::string>& arguments, Events events);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  /// Ends its input; no event comes any more.
  ~Child();

  /// Dropped when the process does not read.
  void write(const std::string& line);
  void end_input();
  void kill();
  [[nodiscard]] int pid() const;

 private:
  struct Link;
  explicit Child(Events events) : events_(std::move(events)) {}
  void read_on();
  static void got_line(GObject* stream, GAsyncResult* result, gpointer link);
  static void exited(GObject* process, GAsyncResult* result, gpointer link);

  Events events_;
  glib::Ref<GSubprocess> process_;
  glib::Ref<GDataInputStream> lines_;
  std::shared_ptr<Child*> self_;
};

}  // namespace classcast::recorder
