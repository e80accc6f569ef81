// SPDX-License-Identifier: MIT
// Process: a program under load, with what it costs (proc(5)); ended with its owner.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <sys/types.h>

#include <string>
#include <vector>

namespace classcast::load {

/// On which cores a program runs. With one of its own (where there are several) the generator keeps to the
/// others.
enum class Cores { any, own };

class Process {
 public:
  /// Its output goes to `log`. Errc::unavailable when the program cannot be started.
  static Result<Process> start(const std::vector<std::string>& command, const std::string& log, Cores cores);
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool running() const;
  /// User and system time of all its threads.
  [[nodiscard]] Duration cpu_time() const;
  [[nodiscard]] std::size_t resident_kib() const;
  [[nodiscard]] std::size_t descriptors() const;

 private:
  explicit Process(pid_t pid) : pid_(pid) {}
  pid_t pid_ = -1;
};

}  // namespace classcast::load
