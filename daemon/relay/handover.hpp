// SPDX-License-Identifier: MIT
// Handover: datagrams that came to one media thread and belong to another; a ring for one writer and one
// reader, without a lock.
#pragma once

#include "base/bytes.hpp"
#include "rtc/address.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

namespace classcast::relay {

class Handover {
 public:
  /// More than one batch of the socket, so that a reader that is busy for a moment loses nothing.
  static constexpr std::size_t kSlots = 256;
  static constexpr std::size_t kMaxDatagram = 2048;

  Handover() : slots_(std::make_unique_for_overwrite<Slot[]>(kSlots)) {}

  /// Anybody can send checks, only peers are known by their address: checks leave half of the ring free.
  enum class Kind { check, known };

  /// By the thread at which it came. False when the ring is full: the datagram is lost, as on the network.
  bool push(const rtc::Tuple& tuple, Bytes datagram, Kind kind) {
    auto tail = tail_.load(std::memory_order_relaxed);
    auto waiting = tail - head_.load(std::memory_order_acquire);
    if (datagram.size() > kMaxDatagram || waiting >= (kind == Kind::check ? kSlots / 2 : kSlots))
      return false;
    auto& slot = slots_[tail % kSlots];
    slot.tuple = tuple;
    slot.size = datagram.size();
    std::copy(datagram.begin(), datagram.end(), slot.data.begin());
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  /// By the thread that owns the peer. `take(tuple, datagram)` may change the datagram.
  template <typename Take>
  void drain(Take take) {
    auto head = head_.load(std::memory_order_relaxed);
    for (auto tail = tail_.load(std::memory_order_acquire); head != tail; ++head) {
      auto& slot = slots_[head % kSlots];
      take(slot.tuple, MutableBytes(slot.data).first(slot.size));
      head_.store(head + 1, std::memory_order_release);
    }
  }

 private:
  struct Slot {
    rtc::Tuple tuple;
    std::size_t size = 0;
    std::array<std::uint8_t, kMaxDatagram> data;
  };
  static constexpr std::size_t kCacheLine = 64;  // reader and writer do not slow each other down

  std::unique_ptr<Slot[]> slots_;
  alignas(kCacheLine) std::atomic<std::uint64_t> head_ = 0;
  alignas(kCacheLine) std::atomic<std::uint64_t> tail_ = 0;
};

}  // namespace classcast::relay
