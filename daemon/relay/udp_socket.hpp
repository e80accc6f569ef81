// SPDX-License-Identifier: MIT
// UdpSocket: the one media port. Datagrams come and go in batches, and an answer leaves from the address that
// was spoken to.
#pragma once

#include "base/result.hpp"
#include "relay/send_batch.hpp"
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

/// Whether further sockets of ours may have the same port (SO_REUSEPORT); the kernel gives each remote
/// address to one of them.
enum class PortSharing { none, group };

struct UdpOptions {
  SocketBuffers buffers{};
  PortSharing sharing = PortSharing::none;
  Segmentation segmentation = Segmentation::kernel;
};

class UdpSocket final : public DatagramSink {
 public:
  static constexpr std::size_t kBatch = 64;
  /// Received datagrams may be larger than ours; what is cut off at this is dropped.
  static constexpr std::size_t kMaxReceived = 2048;

  /// Errc::unavailable when the port is taken or the address is not ours.
  static Result<std::unique_ptr<UdpSocket>> bind(const rtc::Address& address, const UdpOptions& options);
  ~UdpSocket() override;

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] const rtc::Address& local() const { return local_; }
  /// Bytes that the kernel granted; less than asked for when net.core.rmem_max or wmem_max caps them.
  [[nodiscard]] SocketBuffers granted() const;
  /// Datagrams that the kernel kept from us: noise (socket_filter.hpp), or more than the buffer held. Wraps.
  [[nodiscard]] std::uint32_t kept_back() const;

  using Handler = std::function<void(const rtc::Tuple&, MutableBytes)>;
  /// Hands over what has come, one batch. False when nothing is left.
  bool receive(const Handler& handler);
  MutableBytes space() override { return out_.space(); }
  void send(const rtc::Tuple& tuple, Bytes datagram) override { out_.add(tuple, datagram); }
  void flush() { out_.flush(); }
  [[nodiscard]] const SendBatch& outgoing() const { return out_; }

 private:
  struct Batch;
  UdpSocket(Descriptor fd, const rtc::Address& local, const UdpOptions& options);

  Descriptor fd_;
  rtc::Address local_;
  std::unique_ptr<Batch> in_;
  SendBatch out_;
};

}  // namespace classcast::relay
