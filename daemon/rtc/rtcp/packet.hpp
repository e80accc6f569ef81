// SPDX-License-Identifier: MIT
// RTCP packets in a compound datagram (RFC 3550 §6.1).
#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <optional>

namespace classcast::rtc::rtcp {

/// RFC 3550 §12.1, RFC 4585 §6.1, RFC 3611.
enum class Type : std::uint8_t {
  sender_report = 200,
  receiver_report = 201,
  sdes = 202,
  bye = 203,
  app = 204,
  transport_feedback = 205,
  payload_feedback = 206,
  extended_report = 207,
};

/// FMT values of RTPFB (RFC 4585 §6.2, draft-holmer-rmcat-transport-wide-cc-extensions-01).
constexpr std::uint8_t kFormatNack = 1;
constexpr std::uint8_t kFormatTransportCc = 15;
/// FMT values of PSFB (RFC 4585 §6.3, RFC 5104 §4.3, RFC 4585 §6.4).
constexpr std::uint8_t kFormatPli = 1;
constexpr std::uint8_t kFormatFir = 4;
constexpr std::uint8_t kFormatApplication = 15;

//  0                   1                   2                   3
// |V=2|P|  count  |      PT       |             length            |

/// One packet of a compound; points into it.
struct PacketView {
  Type type{};
  /// Report count, source count or feedback message type.
  std::uint8_t count = 0;
  /// Behind the four header octets, without padding.
  Bytes body;
};

/// Walks over a compound: `for (Compound c(datagram); auto packet = c.next();)`. Stops at the first packet
/// which is malformed; packets of unknown types are handed out as they are, for the caller to skip.
class Compound {
 public:
  explicit Compound(Bytes datagram) : rest_(datagram) {}
  std::optional<PacketView> next();
  /// Whether it stopped for another reason than the end.
  [[nodiscard]] bool malformed() const { return malformed_; }

 private:
  Bytes rest_;
  bool malformed_ = false;
};

/// Writes one packet's header and, when it goes out of scope, its length.
class PacketWriter {
 public:
  PacketWriter(Writer& writer, Type type, std::uint8_t count);
  ~PacketWriter();
  PacketWriter(const PacketWriter&) = delete;
  PacketWriter& operator=(const PacketWriter&) = delete;

 private:
  Writer& writer_;
  std::size_t start_;
};

}  // namespace classcast::rtc::rtcp
