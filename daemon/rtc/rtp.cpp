// SPDX-License-Identifier: MIT
#include "rtc/rtp.hpp"

#include <algorithm>

namespace classcast::rtc {

namespace {

/// RFC 8285 §4.2 and §4.3.
constexpr std::uint16_t kOneByteProfile = 0xBEDE;
constexpr std::uint16_t kTwoByteProfile = 0x1000;
constexpr std::uint16_t kTwoByteMask = 0xfff0;
/// RFC 8285 §4.2: id 15 ends the search.
constexpr std::uint8_t kStopId = 15;

void put_u16(MutableBytes data, std::size_t at, std::uint16_t value) {
  data[at] = static_cast<std::uint8_t>(value >> 8);
  data[at + 1] = static_cast<std::uint8_t>(value);
}

void put_u32(MutableBytes data, std::size_t at, std::uint32_t value) {
  put_u16(data, at, static_cast<std::uint16_t>(value >> 16));
  put_u16(data, at + 2, static_cast<std::uint16_t>(value));
}

std::uint16_t get_u16(Bytes data, std::size_t at) {
  return static_cast<std::uint16_t>((data[at] << 8) | data[at + 1]);
}

std::uint32_t get_u32(Bytes data, std::size_t at) {
  return (std::uint32_t{get_u16(data, at)} << 16) | get_u16(data, at + 2);
}

struct Range {
  std::size_t at = 0;
  std::size_t size = 0;
};

std::optional<Range> find_one_byte(Bytes area, std::uint8_t id) {
  for (std::size_t at = 0; at < area.size();) {
    auto found = static_cast<std::uint8_t>(area[at] >> 4);
    if (found == 0) {
      ++at;  // padding
      continue;
    }
    std::size_t size = (area[at] & 0x0fU) + 1;
    if (found == kStopId || at + 1 + size > area.size()) return std::nullopt;
    if (found == id) return Range{at + 1, size};
    at += 1 + size;
  }
  return std::nullopt;
}

std::optional<Range> find_two_byte(Bytes area, std::uint8_t id) {
  for (std::size_t at = 0; at + 1 < area.size();) {
    if (area[at] == 0) {
      ++at;  // padding
      continue;
    }
    std::size_t size = area[at + 1];
    if (at + 2 + size > area.size()) return std::nullopt;
    if (area[at] == id) return Range{at + 2, size};
    at += 2 + size;
  }
  return std::nullopt;
}

std::optional<Range> find_extension(Bytes header, std::uint8_t id) {
  if (id == 0 || (header[0] & 0x10) == 0) return std::nullopt;
  std::size_t start = RtpPacket::kFixedHeader + (header[0] & 0x0fU) * 4;
  auto profile = get_u16(header, start);
  auto area = header.subspan(start + 4);
  std::optional<Range> found;
  if (profile == kOneByteProfile) found = find_one_byte(area, id);
  if ((profile & kTwoByteMask) == kTwoByteProfile) found = find_two_byte(area, id);
  if (found) found->at += start + 4;
  return found;
}

}  // namespace

std::optional<std::size_t> rtp_header_size(Bytes packet) {
  if (packet.size() < RtpPacket::kFixedHeader || packet[0] >> 6 != 2) return std::nullopt;
  std::size_t size = RtpPacket::kFixedHeader + (packet[0] & 0x0fU) * 4;
  if ((packet[0] & 0x10) != 0) {
    // RFC 3550 §5.3.1: 16 bits profile, 16 bits length in words.
    if (packet.size() < size + 4) return std::nullopt;
    size += 4 + std::size_t{get_u16(packet, size + 2)} * 4;
  }
  if (size > packet.size()) return std::nullopt;
  return size;
}

std::optional<RtpPacket> RtpPacket::parse(MutableBytes packet) {
  auto header_size = rtp_header_size(packet);
  if (!header_size) return std::nullopt;
  std::size_t padding = 0;
  if ((packet[0] & 0x20) != 0) {
    // RFC 3550 §5.1: the last octet counts the padding and itself.
    if (packet.size() == *header_size) return std::nullopt;
    padding = packet.back();
    if (padding == 0 || padding > packet.size() - *header_size) return std::nullopt;
  }
  return RtpPacket(packet, *header_size, padding);
}

std::uint16_t RtpPacket::seq() const {
  return get_u16(data_, 2);
}
std::uint32_t RtpPacket::timestamp() const {
  return get_u32(data_, 4);
}
Ssrc RtpPacket::ssrc() const {
  return {get_u32(data_, 8)};
}
Bytes RtpPacket::payload() const {
  return Bytes(data_).subspan(header_size_, data_.size() - header_size_ - padding_);
}

void RtpPacket::set_payload_type(std::uint8_t pt) {
  data_[1] = static_cast<std::uint8_t>((data_[1] & 0x80) | (pt & 0x7f));
}
void RtpPacket::set_marker(bool marker) {
  data_[1] = static_cast<std::uint8_t>((data_[1] & 0x7f) | (marker ? 0x80 : 0));
}
void RtpPacket::set_seq(std::uint16_t seq) {
  put_u16(data_, 2, seq);
}
void RtpPacket::set_timestamp(std::uint32_t timestamp) {
  put_u32(data_, 4, timestamp);
}
void RtpPacket::set_ssrc(Ssrc ssrc) {
  put_u32(data_, 8, ssrc.value);
}

std::optional<Bytes> RtpPacket::extension(std::uint8_t id) const {
  auto range = find_extension(header(), id);
  if (!range) return std::nullopt;
  return header().subspan(range->at, range->size);
}

std::optional<MutableBytes> RtpPacket::mutable_extension(std::uint8_t id) {
  auto range = find_extension(header(), id);
  if (!range) return std::nullopt;
  return data_.subspan(range->at, range->size);
}

namespace {

/// RFC 8285; ids above 14 need the two-byte form.
void write_extensions(Writer& writer, const RtpHeader& header) {
  /// No upper bound of ours: the largest that its twelve bits hold.
  constexpr std::uint32_t kPlayoutMax = 0xfff;
  auto one_byte = header.transport_id < kStopId && header.playout_id < kStopId;
  writer.u16(one_byte ? kOneByteProfile : kTwoByteProfile);
  auto length = writer.size();
  writer.u16(0);
  auto element = [&](std::uint8_t id, unsigned size) {
    writer.u8(static_cast<std::uint8_t>(one_byte ? (id << 4U) | (size - 1) : id));
    if (!one_byte) writer.u8(static_cast<std::uint8_t>(size));
  };
  if (header.transport_id != 0) {
    element(header.transport_id, 2);
    writer.u16(header.transport_seq);
  }
  if (header.playout_id != 0) {
    element(header.playout_id, 3);
    writer.u24((std::uint32_t{header.playout_min} << 12U) | kPlayoutMax);
  }
  auto size = writer.size() - length - 2;
  auto words = (size + 3) / 4;
  writer.zeros(words * 4 - size);
  writer.patch_u16(length, static_cast<std::uint16_t>(words));
}

}  // namespace

std::size_t write_rtp(MutableBytes out, const RtpHeader& header, Bytes payload) {
  constexpr std::uint8_t kVersion = 0x80;
  constexpr std::uint8_t kExtension = 0x10;
  Writer writer(out);
  auto extended = header.transport_id != 0 || header.playout_id != 0;
  writer.u8(extended ? kVersion | kExtension : kVersion);
  writer.u8(static_cast<std::uint8_t>((header.marker ? 0x80 : 0) | (header.payload_type & 0x7f)));
  writer.u16(header.seq);
  writer.u32(header.timestamp);
  writer.u32(header.ssrc.value);
  if (extended) write_extensions(writer, header);
  writer.bytes(payload);
  return writer.ok() ? writer.size() : 0;
}

std::optional<std::string_view> extension_text(const RtpPacket& packet, std::uint8_t id) {
  auto value = packet.extension(id);
  if (!value || value->empty()) return std::nullopt;
  bool clean = std::all_of(value->begin(), value->end(), [](auto c) { return c > 0x20 && c < 0x7f; });
  if (!clean) return std::nullopt;
  return as_text(*value);
}

std::optional<AudioLevel> audio_level(const RtpPacket& packet, std::uint8_t id) {
  auto value = packet.extension(id);
  if (!value || value->empty()) return std::nullopt;
  return AudioLevel{((*value)[0] & 0x80) != 0, static_cast<std::uint8_t>((*value)[0] & 0x7f)};
}

std::optional<std::uint16_t> transport_seq(const RtpPacket& packet, std::uint8_t id) {
  auto value = packet.extension(id);
  if (!value || value->size() < 2) return std::nullopt;
  return get_u16(*value, 0);
}

}  // namespace classcast::rtc
