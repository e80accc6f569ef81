// SPDX-License-Identifier: MIT
// JanusServer: Debian's Janus with one streaming mountpoint per room, and as much of its HTTP API as a viewer
// needs.
#pragma once

#include "bench/load/client.hpp"
#include "bench/load/process.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace classcast::load {

class JanusServer {
 public:
  /// Errc::unavailable when it is not installed or does not start.
  static Result<JanusServer> start(std::size_t rooms, const std::string& address);
  JanusServer(JanusServer&&) = default;
  JanusServer& operator=(JanusServer&&) = delete;
  ~JanusServer();

  [[nodiscard]] const Process& process() const { return process_; }
  /// The UDP port on loopback that takes the room's plain RTP.
  [[nodiscard]] static std::uint16_t rtp_port(std::size_t room);
  /// A viewer of the room, connected.
  [[nodiscard]] Result<std::unique_ptr<Client>> watch(std::size_t room, const Network& network) const;

 private:
  JanusServer(std::filesystem::path folder, Process process, Http http)
      : folder_(std::move(folder)), process_(std::move(process)), http_(http) {}
  Result<void> open_session();
  [[nodiscard]] Result<std::string> post(const std::string& path, const std::string& members) const;
  [[nodiscard]] Result<std::string> attach() const;
  [[nodiscard]] Result<std::string> offered() const;

  std::filesystem::path folder_;
  Process process_;
  Http http_;
  std::string session_;
};

}  // namespace classcast::load
