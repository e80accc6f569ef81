// SPDX-License-Identifier: MIT
// RemoteDoctor: runs `classcastctl doctor` for somebody at the server.
#pragma once

#include <functional>
#include <string>
#include <utility>

namespace classcast::classroom {

class RemoteDoctor {
 public:
  /// Whether all checks passed, and what they said.
  using Done = std::function<void(bool ok, const std::string& text)>;

  explicit RemoteDoctor(std::string config_file) : config_file_(std::move(config_file)) {}

  /// Calls `done` once, within the time that the server waits; the media go on meanwhile.
  void examine(Done done) const;

 private:
  std::string config_file_;
};

}  // namespace classcast::classroom
