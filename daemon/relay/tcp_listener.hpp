// SPDX-License-Identifier: MIT
// TcpListener: takes ICE-TCP connections (RFC 6544) on a thread of its own, so that strangers cost the media
// threads nothing, and hands each one over once its first packet, a STUN check, has named a session's thread.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "relay/tcp_stream.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <unordered_map>

namespace classcast::relay {

class TcpListener {
 public:
  /// From its beginning to its first whole packet.
  static constexpr Duration kFirstPacketTimeout = 5s;

  /// Called on the listener's thread: gives the connection to the media thread with this number; there may be
  /// none.
  using HandOver = std::function<void(std::size_t shard, std::unique_ptr<TcpStream>)>;

  /// Errc::unavailable when the port is taken or the address is not ours.
  static Result<std::unique_ptr<TcpListener>> create(const rtc::Address& address);
  ~TcpListener();
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;

  void start(HandOver hand_over);
  [[nodiscard]] const rtc::Address& local() const { return local_; }
  [[nodiscard]] const TcpCensus& census() const { return *census_; }

 private:
  TcpListener(Descriptor listener, Descriptor epoll, Descriptor wake, const rtc::Address& local);
  void run();
  void accept_some(Instant now);
  void accept_one(Descriptor fd, const rtc::Address& remote, Instant now);
  void read(int fd);
  void close_late(Instant now);

  Descriptor listener_;
  Descriptor epoll_;
  Descriptor wake_;
  rtc::Address local_;
  std::shared_ptr<TcpCensus> census_ = std::make_shared<TcpCensus>();
  HandOver hand_over_;
  std::unordered_map<int, std::unique_ptr<TcpStream>> waiting_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace classcast::relay
