// SPDX-License-Identifier: MIT
#include "recorder/h264.hpp"

#include <utility>

namespace classcast::recorder {

namespace {

// ITU-T H.264 table 7-1.
constexpr std::uint8_t kIdr = 5;
constexpr std::uint8_t kSps = 7;
constexpr std::uint8_t kPps = 8;
// RFC 6184 table 1.
constexpr std::uint8_t kStapA = 24;
constexpr std::uint8_t kFuA = 28;

constexpr std::uint8_t kTypeMask = 0x1f;
constexpr std::size_t kLengthSize = 4;

std::uint8_t unit_type(Bytes unit) {
  return unit[0] & kTypeMask;
}

/// Calls `visit` with each NAL unit of a picture.
template <typename Visit>
void for_each_unit(Bytes picture, Visit visit) {
  Reader reader(picture);
  while (auto size = reader.u32()) {
    auto unit = reader.bytes(*size);
    if (!unit) return;
    if (!unit->empty()) visit(*unit);
  }
}

bool has_idr(Bytes picture) {
  bool found = false;
  for_each_unit(picture, [&found](Bytes unit) { found = found || unit_type(unit) == kIdr; });
  return found;
}

}  // namespace

std::vector<Picture> PictureAssembler::push(const Packet& packet) {
  std::vector<Picture> done;
  const bool gap = last_seq_ && packet.seq != static_cast<std::uint16_t>(*last_seq_ + 1);
  last_seq_ = packet.seq;
  // What is missing may be the end of one picture as well as the beginning of the next.
  if (gap && picture_) picture_->damaged = true;
  if (picture_ && picture_->timestamp != packet.timestamp) done = finish();
  if (!picture_) picture_ = Picture{packet.timestamp, false, false, {}};
  if (gap) {
    picture_->damaged = true;
    in_fragment_ = false;
  }
  if (!packet.payload.empty()) take(packet.payload);
  if (packet.marker) {
    for (auto& picture : finish()) done.push_back(std::move(picture));
  }
  return done;
}

void PictureAssembler::take(Bytes payload) {
  switch (unit_type(payload)) {
    case kStapA:
      return take_aggregate(payload.subspan(1));
    case kFuA:
      return take_fragment(payload);
    default:
      begin_unit({});
      append(payload);
  }
}

/// RFC 6184 §5.7.1: each unit after a length of two bytes.
void PictureAssembler::take_aggregate(Bytes units) {
  Reader reader(units);
  while (auto size = reader.u16()) {
    auto unit = reader.bytes(*size);
    if (!unit) {
      picture_->damaged = true;
      return;
    }
    begin_unit({});
    append(*unit);
  }
}

/// RFC 6184 §5.8: indicator, header (S, E, R, type), a part of the unit.
void PictureAssembler::take_fragment(Bytes payload) {
  constexpr std::uint8_t kStart = 0x80;
  constexpr std::uint8_t kEnd = 0x40;
  if (payload.size() < 3) return;
  const auto header = payload[1];
  if ((header & kStart) != 0) {
    const std::uint8_t first = (payload[0] & ~kTypeMask) | (header & kTypeMask);
    begin_unit({&first, 1});
    in_fragment_ = true;
  } else if (!in_fragment_) {
    picture_->damaged = true;
    return;
  }
  append(payload.subspan(2));
  if ((header & kEnd) != 0) in_fragment_ = false;
}

void PictureAssembler::begin_unit(Bytes head) {
  in_fragment_ = false;
  unit_at_ = picture_->data.size();
  picture_->data.resize(unit_at_ + kLengthSize);
  append(head);
}

void PictureAssembler::append(Bytes bytes) {
  auto& data = picture_->data;
  if (data.size() + bytes.size() > kMaxPicture) {
    picture_->damaged = true;
    return;
  }
  data.insert(data.end(), bytes.begin(), bytes.end());
  Writer(MutableBytes(data).subspan(unit_at_, kLengthSize))
      .u32(static_cast<std::uint32_t>(data.size() - unit_at_ - kLengthSize));
}

std::vector<Picture> PictureAssembler::finish() {
  std::vector<Picture> done;
  if (picture_ && (!picture_->data.empty() || picture_->damaged)) {
    if (in_fragment_) picture_->damaged = true;
    picture_->keyframe = has_idr(picture_->data);
    done.push_back(std::move(*picture_));
  }
  picture_.reset();
  in_fragment_ = false;
  return done;
}

ParameterSets parameter_sets(Bytes picture) {
  ParameterSets sets;
  for_each_unit(picture, [&sets](Bytes unit) {
    if (unit_type(unit) == kSps && sets.sps.empty()) sets.sps.assign(unit.begin(), unit.end());
    if (unit_type(unit) == kPps && sets.pps.empty()) sets.pps.assign(unit.begin(), unit.end());
  });
  return sets;
}

namespace {

/// ITU-T H.264 §7.2 and §9.1; emulation prevention bytes (§7.4.1) are taken out before.
class BitReader {
 public:
  explicit BitReader(Bytes unit) {
    for (std::size_t i = 0; i < unit.size(); ++i) {
      const bool emulation = i >= 2 && unit[i] == 3 && unit[i - 1] == 0 && unit[i - 2] == 0;
      if (!emulation) data_.push_back(unit[i]);
    }
  }
  std::uint32_t bits(unsigned count) {
    std::uint32_t value = 0;
    for (; count > 0; --count) value = (value << 1) | bit();
    return value;
  }
  std::uint32_t ue() {
    unsigned zeros = 0;
    while (ok_ && bit() == 0) {
      if (++zeros > 31) ok_ = false;
    }
    return ok_ ? (1U << zeros) - 1 + bits(zeros) : 0;
  }
  std::int32_t se() {
    const auto value = ue();
    const auto half = static_cast<std::int32_t>((value + 1) / 2);
    return value % 2 == 0 ? -half : half;
  }
  [[nodiscard]] bool ok() const { return ok_; }

 private:
  std::uint32_t bit() {
    if (at_ / 8 >= data_.size()) {
      ok_ = false;
      return 0;
    }
    const auto value = (data_[at_ / 8] >> (7 - at_ % 8)) & 1U;
    ++at_;
    return value;
  }
  Buffer data_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

bool has_chroma_fields(std::uint32_t profile) {
  constexpr std::uint32_t kProfiles[] = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135};
  for (auto known : kProfiles) {
    if (profile == known) return true;
  }
  return false;
}

void skip_scaling_list(BitReader& reader, int size) {
  std::int32_t last = 8;
  std::int32_t next = 8;
  for (int i = 0; i < size && reader.ok(); ++i) {
    if (next != 0) next = (last + reader.se() + 256) % 256;
    last = next == 0 ? last : next;
  }
}

/// chroma_format_idc, and past the scaling lists.
std::uint32_t read_chroma(BitReader& reader) {
  const auto format = reader.ue();
  if (format == 3) reader.bits(1);
  reader.ue();
  reader.ue();
  reader.bits(1);
  if (reader.bits(1) == 0) return format;
  const int lists = format == 3 ? 12 : 8;
  for (int i = 0; i < lists && reader.ok(); ++i) {
    if (reader.bits(1) == 1) skip_scaling_list(reader, i < 6 ? 16 : 64);
  }
  return format;
}

void skip_order_count(BitReader& reader) {
  reader.ue();  // log2_max_frame_num_minus4
  const auto type = reader.ue();
  if (type == 0) reader.ue();
  if (type != 1) return;
  reader.bits(1);
  reader.se();
  reader.se();
  const auto cycle = reader.ue();
  for (std::uint32_t i = 0; i < cycle && i < 256 && reader.ok(); ++i) reader.se();
}

/// Table 6-1 and §7.4.2.1.1: the crop counts chroma samples; `fields` is 2 for interlaced pictures.
std::optional<PictureSize> crop(BitReader& reader, PictureSize size, std::uint32_t chroma,
                                std::uint32_t fields) {
  const std::uint32_t across = chroma == 1 || chroma == 2 ? 2 : 1;
  const std::uint32_t down = (chroma == 1 ? 2 : 1) * fields;
  const auto left = reader.ue();
  const auto right = reader.ue();
  const auto top = reader.ue();
  const auto bottom = reader.ue();
  const std::uint64_t cut_width = (std::uint64_t{left} + right) * across;
  const std::uint64_t cut_height = (std::uint64_t{top} + bottom) * down;
  if (!reader.ok() || cut_width >= size.width || cut_height >= size.height) return std::nullopt;
  size.width -= static_cast<std::uint32_t>(cut_width);
  size.height -= static_cast<std::uint32_t>(cut_height);
  return size;
}

}  // namespace

std::optional<PictureSize> picture_size(Bytes sps) {
  constexpr std::uint32_t kMacroblock = 16;
  constexpr std::uint32_t kMaxSide = 16384;
  if (sps.size() < 4 || unit_type(sps) != kSps) return std::nullopt;
  BitReader reader(sps.subspan(1));
  const auto profile = reader.bits(8);
  reader.bits(16);
  reader.ue();
  const auto chroma = has_chroma_fields(profile) ? read_chroma(reader) : 1;
  skip_order_count(reader);
  reader.ue();     // max_num_ref_frames
  reader.bits(1);  // gaps_in_frame_num_value_allowed_flag
  const auto columns = reader.ue() + 1;
  const auto rows = reader.ue() + 1;
  const auto progressive = reader.bits(1);
  if (progressive == 0) reader.bits(1);
  reader.bits(1);  // direct_8x8_inference_flag
  if (!reader.ok() || columns > kMaxSide / kMacroblock || rows > kMaxSide / kMacroblock) return std::nullopt;
  PictureSize size{columns * kMacroblock, rows * kMacroblock * (2 - progressive)};
  const auto cropped = reader.bits(1);
  if (!reader.ok()) return std::nullopt;
  if (cropped == 0) return size;
  return crop(reader, size, chroma, 2 - progressive);
}

}  // namespace classcast::recorder
