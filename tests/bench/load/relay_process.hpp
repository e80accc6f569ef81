// SPDX-License-Identifier: MIT
// RelayProcess: a classcast-relay of our own, with its configuration in a folder that goes with it.
#pragma once

#include "bench/load/http.hpp"
#include "bench/load/process.hpp"

#include <filesystem>
#include <string>

namespace classcast::load {

struct RelayOptions {
  std::size_t threads = 1;
  std::string segmentation = "kernel";
  std::string media_address = "127.0.0.1";
};

class RelayProcess {
 public:
  static Result<RelayProcess> start(const RelayOptions& options);
  RelayProcess(RelayProcess&&) = default;
  RelayProcess& operator=(RelayProcess&&) = default;
  ~RelayProcess();

  [[nodiscard]] const Process& process() const { return process_; }
  [[nodiscard]] const Http& http() const { return http_; }

 private:
  RelayProcess(std::filesystem::path folder, Process process, Http http)
      : folder_(std::move(folder)), process_(std::move(process)), http_(http) {}
  std::filesystem::path folder_;
  Process process_;
  Http http_;
};

/// A TCP port on which nobody listens; 0 when there is none.
std::uint16_t free_tcp_port();
/// An empty folder of our own.
std::filesystem::path make_folder();

}  // namespace classcast::load
