// SPDX-License-Identifier: MIT
// TcpStream: one ICE-TCP connection (RFC 6544): packets in, packets out, never waiting for the other end.
#pragma once

#include "base/clock.hpp"
#include "relay/frame_queue.hpp"
#include "relay/tcp_census.hpp"
#include "relay/udp_socket.hpp"
#include "rtc/address.hpp"
#include "rtc/tcp_framing.hpp"

namespace classcast::relay {

class TcpStream {
 public:
  /// What the kernel holds of one connection beyond what is on the wire; the rest waits in the FrameQueue,
  /// where it can still be left out.
  static constexpr int kKernelQueue = 64 << 10;

  TcpStream(Descriptor fd, const rtc::Tuple& tuple, TcpCensus::Entry entry, Instant now);

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] const rtc::Tuple& tuple() const { return tuple_; }
  [[nodiscard]] Instant opened() const { return opened_; }
  /// When the other end last took something, or there was nothing for it to take.
  [[nodiscard]] Instant progressed() const { return progressed_; }
  void prove();
  [[nodiscard]] bool proven() const { return proven_; }

  rtc::FrameReader& reader() { return reader_; }
  FrameQueue& queue() { return queue_; }

  enum class State { open, closed };
  /// Reads once. Closed when the other end has closed, on errors, and when it does not keep to RFC 4571.
  State read();
  /// Writes what waits, as far as the kernel takes it.
  State write(Instant now);

 private:
  Descriptor fd_;
  rtc::Tuple tuple_;
  TcpCensus::Entry entry_;
  Instant opened_;
  Instant progressed_;
  bool proven_ = false;
  rtc::FrameReader reader_;
  FrameQueue queue_;
};

}  // namespace classcast::relay
