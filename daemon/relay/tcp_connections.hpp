// SPDX-License-Identifier: MIT
// TcpConnections: the ICE-TCP connections of one media thread, behind an epoll of their own that the thread
// watches as one descriptor.
#pragma once

#include "base/clock.hpp"
#include "relay/tcp_stream.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace classcast::relay {

class TcpConnections {
 public:
  /// From its beginning until a check of it has been answered with success.
  static constexpr Duration kProofTimeout = 10s;
  /// A reader that takes nothing at all for so long is gone.
  static constexpr Duration kStallTimeout = 10s;
  static constexpr Duration kSweepInterval = 500ms;

  struct Handlers {
    /// A packet, which may be changed in place.
    std::function<void(const rtc::Tuple&, MutableBytes)> on_packet;
    /// Whether the path is some session's.
    std::function<bool(const rtc::Tuple&)> known;
    /// The audio of the session at the path, which is left out last.
    std::function<std::optional<rtc::Ssrc>(const rtc::Tuple&)> audio;
  };

  /// `epoll` is a new one.
  TcpConnections(Descriptor epoll, Handlers handlers)
      : handlers_(std::move(handlers)), epoll_(std::move(epoll)) {}

  [[nodiscard]] int fd() const { return epoll_.get(); }
  [[nodiscard]] bool empty() const { return streams_.empty(); }
  /// Takes it over, with the packets that it has read already.
  void adopt(std::unique_ptr<TcpStream> stream);
  /// Hands over what has come, a bounded part of it at a time.
  void receive(Instant now);
  void send(const rtc::Tuple& tuple, Bytes packet);
  void flush(Instant now);
  /// Closes what is over. To be called at next_deadline() or later.
  void handle_timeout(Instant now);
  [[nodiscard]] std::optional<Instant> next_deadline() const;

 private:
  void hand_over(TcpStream& stream);
  void write(TcpStream& stream, Instant now);
  void watch(TcpStream& stream, int operation);
  [[nodiscard]] bool is_over(TcpStream& stream, Instant now) const;
  void close(const rtc::Tuple& tuple);

  Handlers handlers_;
  Descriptor epoll_;
  std::unordered_map<rtc::Tuple, std::unique_ptr<TcpStream>> streams_;
  std::unordered_map<int, TcpStream*> by_fd_;
  std::vector<rtc::Tuple> to_write_;
  Instant sweep_at_{};
};

}  // namespace classcast::relay
