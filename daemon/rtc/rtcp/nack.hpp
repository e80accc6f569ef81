// SPDX-License-Identifier: MIT
// Generic NACK (RFC 4585 §6.2.1): sequence numbers that the receiver misses.
#pragma once

#include "rtc/bounded.hpp"
#include "rtc/rtcp/packet.hpp"
#include "rtc/ssrc.hpp"

namespace classcast::rtc::rtcp {

struct Nack {
  /// PID and BLP pairs of one message; each names up to 17 packets. More are ignored.
  static constexpr std::size_t kMaxItems = 64;

  struct Item {
    std::uint16_t first = 0;
    /// Bit i set: first + i + 1 is missing too.
    std::uint16_t following = 0;
    bool operator==(const Item&) const = default;
  };
  Ssrc sender;
  Ssrc media;
  Bounded<Item, kMaxItems> items;

  static std::optional<Nack> parse(const PacketView& packet);
  void write(Writer& writer) const;

  /// Adds a sequence number; ascending order packs best. False when full.
  bool add(std::uint16_t seq);
  /// Calls `visit(std::uint16_t seq)` for each missing packet.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (const auto& item : items) {
      visit(item.first);
      for (unsigned bit = 0; bit < 16; ++bit) {
        if ((item.following >> bit) & 1U) visit(static_cast<std::uint16_t>(item.first + bit + 1));
      }
    }
  }
};

}  // namespace classcast::rtc::rtcp
