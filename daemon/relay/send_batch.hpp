// SPDX-License-Identifier: MIT
// SendBatch: datagrams on their way to the kernel. Consecutive ones to one peer leave as segments of one
// message (UDP GSO, udp(7) UDP_SEGMENT), which costs a third of sending them one by one.
#pragma once

#include "base/bytes.hpp"
#include "rtc/address.hpp"

#include <array>
#include <cstdint>
#include <memory>

namespace classcast::relay {

/// Whether the kernel cuts long messages into datagrams for us.
enum class Segmentation { kernel, none };

class SendBatch {
 public:
  /// Small enough to stay in a core's cache until the kernel copies it.
  static constexpr std::size_t kBytes = 256 << 10;
  static constexpr std::size_t kMaxRuns = 64;
  /// UDP_MAX_SEGMENTS of linux/udp.h, in kernels before 6.9.
  static constexpr std::size_t kMaxSegments = 64;
  /// The largest UDP payload over IPv4, with room for IP options.
  static constexpr std::size_t kMaxRunBytes = 65'000;

  /// `socket` is of `family` and outlives the batch.
  SendBatch(int socket, int family, Segmentation segmentation);
  ~SendBatch();
  SendBatch(const SendBatch&) = delete;
  SendBatch& operator=(const SendBatch&) = delete;

  /// rtc::kMaxDatagram octets for the next datagram.
  MutableBytes space();
  /// Queues a datagram; without a copy when it lies at the front of space(). A full queue is flushed.
  void add(const rtc::Tuple& tuple, Bytes datagram);
  void flush();

  /// What the kernel did not take: a full buffer or an unreachable network, as if lost on the way.
  [[nodiscard]] std::uint64_t drops() const { return drops_; }
  [[nodiscard]] Segmentation segmentation() const { return segmentation_; }

 private:
  /// Datagrams to one peer, one behind the other, all of one size but the last.
  struct Run {
    rtc::Tuple tuple;
    std::size_t offset = 0;
    std::size_t bytes = 0;
    std::size_t segment = 0;
    std::size_t count = 0;
  };
  struct Messages;
  [[nodiscard]] bool extends(const rtc::Tuple& tuple, std::size_t size) const;
  void prepare(std::size_t index);
  bool fall_back(int error, const Run& run);
  bool send_singly(const Run& run);
  bool send_one(const Run& run, std::size_t offset, std::size_t size);

  int socket_;
  int family_;
  Segmentation segmentation_;
  std::unique_ptr<std::uint8_t[]> memory_;
  std::size_t used_ = 0;
  std::array<Run, kMaxRuns> runs_{};
  std::size_t count_ = 0;
  std::unique_ptr<Messages> messages_;
  std::uint64_t drops_ = 0;
};

}  // namespace classcast::relay
