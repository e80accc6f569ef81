// SPDX-License-Identifier: MIT
// UdpSocket: the one media port. Datagrams come and go in batches, and an answer leaves from the address that
// was spoken to.
#pragma once

#include "base/result.hpp"
#include "relay/session.hpp"
#include "rtc/address.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace classcast::relay {

/// A file descriptor that is closed with its owner.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool valid() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

struct SocketBuffers {
  int receive_bytes = 4 << 20;
  int send_bytes = 4 << 20;
};

class UdpSocket final : public DatagramSink {
 public:
  static constexpr std::size_t kBatch = 64;

  /// Errc::unavailable when the port is taken or the address is not ours.
  static Result<std::unique_ptr<UdpSocket>> bind(const rtc::Address& address, const SocketBuffers& buffers);
  ~UdpSocket() override;

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] const rtc::Address& local() const { return local_; }
  /// Bytes that the kernel granted; less than asked for when net.core.rmem_max or wmem_max caps them.
  [[nodiscard]] SocketBuffers granted() const;

  using Handler = std::function<void(const rtc::Tuple&, MutableBytes)>;
  /// Hands over what has come, one batch. False when nothing is left.
  bool receive(const Handler& handler);
  /// Queues a datagram; a full queue is flushed.
  void send(const rtc::Tuple& tuple, Bytes datagram) override;
  void flush();
  [[nodiscard]] std::uint64_t send_drops() const { return send_drops_; }

 private:
  struct Batch;
  UdpSocket(Descriptor fd, const rtc::Address& local);

  Descriptor fd_;
  rtc::Address local_;
  std::unique_ptr<Batch> in_;
  std::unique_ptr<Batch> out_;
  std::size_t queued_ = 0;
  std::uint64_t send_drops_ = 0;
};

}  // namespace classcast::relay
