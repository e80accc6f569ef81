// SPDX-License-Identifier: MIT
// The RTP packet (RFC 3550 §5.1) in place: a view that reads and rewrites its header fields.
#pragma once

#include "base/bytes.hpp"
#include "rtc/ssrc.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace classcast::rtc {

/// Room that a caller leaves behind a packet for SRTP (16 octets tag of RFC 7714) and SRTCP (4 octets index
/// more).
constexpr std::size_t kSrtpOverhead = 16;
constexpr std::size_t kSrtcpOverhead = 20;
/// The largest datagram of ours, before IP and UDP.
constexpr std::size_t kMaxDatagram = 1500;

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// |V=2|P|X|  CC   |M|     PT      |       sequence number         |
// |                           timestamp                           |
// |           synchronization source (SSRC) identifier            |
// |            contributing source (CSRC) identifiers             |

/// Points into a buffer that must outlive it.
class RtpPacket {
 public:
  static constexpr std::size_t kFixedHeader = 12;

  /// nullopt unless the lengths of header, CSRCs, extension and padding all fit.
  static std::optional<RtpPacket> parse(MutableBytes packet);

  [[nodiscard]] std::uint8_t payload_type() const { return data_[1] & 0x7f; }
  [[nodiscard]] bool marker() const { return (data_[1] & 0x80) != 0; }
  [[nodiscard]] std::uint16_t seq() const;
  [[nodiscard]] std::uint32_t timestamp() const;
  [[nodiscard]] Ssrc ssrc() const;
  /// Without padding. Empty in padding-only packets.
  [[nodiscard]] Bytes payload() const;
  /// Fixed header, CSRCs and extension.
  [[nodiscard]] Bytes header() const { return data_.first(header_size_); }
  [[nodiscard]] std::size_t padding() const { return padding_; }
  [[nodiscard]] Bytes bytes() const { return data_; }
  [[nodiscard]] MutableBytes mutable_bytes() { return data_; }

  void set_payload_type(std::uint8_t pt);
  void set_marker(bool marker);
  void set_seq(std::uint16_t seq);
  void set_timestamp(std::uint32_t timestamp);
  void set_ssrc(Ssrc ssrc);

  /// A header extension element by its id (RFC 8285, one- and two-byte form). Id 0 is never found.
  [[nodiscard]] std::optional<Bytes> extension(std::uint8_t id) const;
  /// The same bytes, writable in place, e.g. for a new transport-wide sequence number.
  std::optional<MutableBytes> mutable_extension(std::uint8_t id);

 private:
  RtpPacket(MutableBytes data, std::size_t header_size, std::size_t padding)
      : data_(data), header_size_(header_size), padding_(padding) {}

  MutableBytes data_;
  std::size_t header_size_;
  std::size_t padding_;
};

/// Octets of fixed header, CSRCs and extension; nullopt when they do not fit. Padding is not looked at,
/// because in SRTP it is encrypted.
std::optional<std::size_t> rtp_header_size(Bytes packet);

/// What stands in a header that is built from nothing.
struct RtpHeader {
  std::uint8_t payload_type = 0;
  bool marker = false;
  std::uint16_t seq = 0;
  std::uint32_t timestamp = 0;
  Ssrc ssrc;
  /// The id of the transport-wide sequence number's extension; 0 leaves it out.
  std::uint8_t transport_id = 0;
  std::uint16_t transport_seq = 0;
  /// The id of the playout delay's extension, 0 leaves it out; and how long the receiver is to hold a frame
  /// at least, in units of 10 ms (12 bits).
  std::uint8_t playout_id = 0;
  std::uint16_t playout_min = 0;
};

/// Writes header without CSRCs, with the extensions asked for, then payload; returns the size, or 0 if
/// it does not fit.
std::size_t write_rtp(MutableBytes out, const RtpHeader& header, Bytes payload);

/// Value of an extension of RFC 8285 that carries text (mid, rid); nullopt when it is not printable ASCII.
std::optional<std::string_view> extension_text(const RtpPacket& packet, std::uint8_t id);

/// RFC 6464: the level is 0 (loudest) to 127 (silence), in -dBov.
struct AudioLevel {
  bool voice = false;
  std::uint8_t minus_dbov = 127;
};
std::optional<AudioLevel> audio_level(const RtpPacket& packet, std::uint8_t id);
std::optional<std::uint16_t> transport_seq(const RtpPacket& packet, std::uint8_t id);

}  // namespace classcast::rtc
