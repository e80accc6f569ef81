// SPDX-License-Identifier: MIT
// Packets on a byte stream: each behind its length in 16 bits (RFC 4571 §2), as ICE-TCP carries them.
#pragma once

#include "base/bytes.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

namespace classcast::rtc {

constexpr std::size_t kFrameHeader = 2;
/// The length allows 64 KiB; what comes here was made for datagrams.
constexpr std::size_t kMaxFrame = 2048;

/// The length that stands in front of a packet.
constexpr std::array<std::uint8_t, kFrameHeader> frame_header(std::size_t size) {
  return {static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size)};
}

/// Cuts a stream into its packets, in a buffer of fixed size.
class FrameReader {
 public:
  FrameReader() : buffer_(std::make_unique_for_overwrite<std::uint8_t[]>(kCapacity)) {}

  /// Where the next octets belong; not empty unless broken(). Spans of front() end with it.
  MutableBytes space();
  /// `count` octets have been put at the front of space().
  void filled(std::size_t count) { end_ += count; }
  /// The first whole packet; nullopt when more octets are needed.
  std::optional<MutableBytes> front();
  /// Removes what front() gave.
  void pop();
  /// A packet is longer than kMaxFrame: nothing can be read from this stream any more.
  [[nodiscard]] bool broken() const;

 private:
  static constexpr std::size_t kCapacity = 4 * (kFrameHeader + kMaxFrame);
  [[nodiscard]] std::optional<std::size_t> length() const;

  std::unique_ptr<std::uint8_t[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace classcast::rtc
