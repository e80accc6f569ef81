// SPDX-License-Identifier: MIT
// HostFigures: processor, memory, temperature and disk of this computer, from /proc and /sys.
#pragma once

#include "protocol/agent.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace classcast::classroom {

class HostFigures {
 public:
  /// `root` is / except in tests; `state` is a folder on the disk that counts.
  explicit HostFigures(std::filesystem::path root = "/", std::filesystem::path state = "/var/lib")
      : root_(std::move(root)), state_(std::move(state)) {}

  /// The processor's share is the one since the former call. What cannot be read is left out.
  protocol::HostReport read();

 private:
  std::optional<double> cpu_percent();
  [[nodiscard]] std::optional<std::int64_t> memory_mb() const;
  [[nodiscard]] std::optional<std::int64_t> temperature_c() const;
  [[nodiscard]] std::optional<std::int64_t> disk_free_mb() const;

  const std::filesystem::path root_;
  const std::filesystem::path state_;
  std::uint64_t busy_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace classcast::classroom
