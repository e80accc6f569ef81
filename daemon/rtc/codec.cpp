// SPDX-License-Identifier: MIT
#include "rtc/codec.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <array>

namespace classcast::rtc {

namespace {

struct Name {
  CodecKind codec;
  std::string_view text;
};
constexpr std::array<Name, 6> kNames = {{{CodecKind::opus, "opus"},
                                         {CodecKind::h264, "H264"},
                                         {CodecKind::h265, "H265"},
                                         {CodecKind::vp8, "VP8"},
                                         {CodecKind::vp9, "VP9"},
                                         {CodecKind::av1, "AV1"}}};

/// Whether any unit of an aggregation packet (16-bit length, then the unit) satisfies `wanted`.
template <typename Wanted>
bool any_aggregated(Reader reader, Wanted wanted) {
  while (auto length = reader.u16()) {
    auto unit = reader.bytes(*length);
    if (!unit || unit->empty()) return false;
    if (wanted(*unit)) return true;
  }
  return false;
}

namespace h264 {

/// RFC 6184 §5.2, H.264 table 7-1.
constexpr int kIdr = 5;
constexpr int kSps = 7;
constexpr int kStapA = 24;
constexpr int kFuA = 28;
constexpr std::uint8_t kTypeMask = 0x1f;
constexpr std::uint8_t kFuStart = 0x80;

bool enters(int type) {
  return type == kIdr || type == kSps;
}

bool starts_keyframe(Bytes payload) {
  if (payload.empty()) return false;
  auto type = payload[0] & kTypeMask;
  if (type == kStapA) {
    return any_aggregated(Reader(payload.subspan(1)), [](Bytes unit) { return enters(unit[0] & kTypeMask); });
  }
  if (type != kFuA) return enters(type);
  return payload.size() > 1 && (payload[1] & kFuStart) != 0 && enters(payload[1] & kTypeMask);
}

}  // namespace h264

namespace h265 {

/// RFC 7798 §1.1.4 and §4.4; H.265 table 7-1: IRAP pictures 16 to 23, VPS, SPS, PPS 32 to 34.
constexpr int kFirstIrap = 16;
constexpr int kLastIrap = 23;
constexpr int kVps = 32;
constexpr int kPps = 34;
constexpr int kAggregation = 48;
constexpr int kFragment = 49;
constexpr std::size_t kPayloadHeader = 2;
constexpr std::uint8_t kFuStart = 0x80;
constexpr std::uint8_t kFuTypeMask = 0x3f;

int unit_type(Bytes unit) {
  return (unit[0] >> 1) & 0x3f;
}

bool enters(int type) {
  return (type >= kFirstIrap && type <= kLastIrap) || (type >= kVps && type <= kPps);
}

bool starts_keyframe(Bytes payload) {
  if (payload.size() <= kPayloadHeader) return false;
  auto type = unit_type(payload);
  if (type == kAggregation) {
    return any_aggregated(Reader(payload.subspan(kPayloadHeader)),
                          [](Bytes unit) { return enters(unit_type(unit)); });
  }
  if (type != kFragment) return enters(type);
  auto fu = payload[kPayloadHeader];
  return (fu & kFuStart) != 0 && enters(fu & kFuTypeMask);
}

}  // namespace h265

// RFC 7741 §4.2: |X|R|N|S|R| PID |, then with X |I|L|T|K| RSV |, with I |M| PictureID |, with L TL0PICIDX,
// with T or K one octet more. §4.3: the lowest bit of the payload header is 0 in key frames.
bool vp8_keyframe(Bytes payload) {
  Reader reader(payload);
  auto first = reader.u8();
  if (!first || (*first & 0x17) != 0x10) return false;  // S set, partition 0
  std::uint8_t extension = 0;
  if ((*first & 0x80) != 0) extension = reader.u8().value_or(0);
  if ((extension & 0x80) != 0) {
    auto picture_id = reader.u8();
    if (picture_id && (*picture_id & 0x80) != 0) reader.skip(1);
  }
  if ((extension & 0x40) != 0) reader.skip(1);
  if ((extension & 0x30) != 0) reader.skip(1);
  auto header = reader.u8();
  return header && (*header & 1) == 0;
}

// RFC 9628 §4.2: |I|P|L|F|B|E|V|Z|, with I the picture id of one or two octets, with L | TID |U| SID |D|.
bool vp9_keyframe(Bytes payload) {
  Reader reader(payload);
  auto first = reader.u8();
  if (!first || (*first & 0x40) != 0 || (*first & 0x08) == 0) return false;
  if ((*first & 0x80) != 0) {
    auto picture_id = reader.u8();
    if (picture_id && (*picture_id & 0x80) != 0) reader.skip(1);
  }
  if ((*first & 0x20) == 0) return reader.left() > 0;
  auto layer = reader.u8();
  return layer && ((*layer >> 1) & 7) == 0;
}

/// AV1 RTP §4.4: |Z|Y|W W|N|-|-|-|. N: the first packet of a coded video sequence; then Z (continuation) is
/// 0.
bool av1_keyframe(Bytes payload) {
  return !payload.empty() && (payload[0] & 0x88) == 0x08;
}

}  // namespace

std::string_view codec_name(CodecKind codec) {
  return std::find_if(kNames.begin(), kNames.end(), [&](const Name& n) { return n.codec == codec; })->text;
}

std::optional<CodecKind> codec_by_name(std::string_view name) {
  for (const auto& known : kNames) {
    if (iequals(known.text, name)) return known.codec;
  }
  return std::nullopt;
}

MediaKind codec_media(CodecKind codec) {
  return codec == CodecKind::opus ? MediaKind::audio : MediaKind::video;
}

bool starts_keyframe(CodecKind codec, Bytes payload) {
  switch (codec) {
    case CodecKind::opus:
      return true;
    case CodecKind::h264:
      return h264::starts_keyframe(payload);
    case CodecKind::h265:
      return h265::starts_keyframe(payload);
    case CodecKind::vp8:
      return vp8_keyframe(payload);
    case CodecKind::vp9:
      return vp9_keyframe(payload);
    case CodecKind::av1:
      return av1_keyframe(payload);
  }
  return false;
}

}  // namespace classcast::rtc
