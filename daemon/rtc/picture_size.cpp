// SPDX-License-Identifier: MIT
#include "rtc/picture_size.hpp"

#include "base/bytes.hpp"

#include <algorithm>
#include <array>

namespace classcast::rtc {

namespace {

/// No camera has more; a larger number is a misread.
constexpr std::uint32_t kMaxSide = 16384;

/// The bits of a NAL unit without its emulation prevention octets (H.264 §7.4.1). Reads zeros past the end.
class Bits {
 public:
  explicit Bits(Bytes unit) {
    for (std::size_t i = 0; i < unit.size() && size_ < data_.size(); ++i) {
      bool prevention = i >= 2 && unit[i] == 3 && unit[i - 1] == 0 && unit[i - 2] == 0;
      if (!prevention) data_[size_++] = unit[i];
    }
  }
  std::uint32_t bit() {
    if (at_ / 8 >= size_) {
      ok_ = false;
      return 0;
    }
    auto value = (data_[at_ / 8] >> (7 - at_ % 8)) & 1U;
    ++at_;
    return value;
  }
  std::uint32_t bits(unsigned count) {
    std::uint32_t value = 0;
    while (count-- > 0) value = (value << 1U) | bit();
    return value;
  }
  /// ue(v), H.264 §9.1.
  std::uint32_t exp_golomb() {
    unsigned zeros = 0;
    while (ok_ && zeros < 31 && bit() == 0) ++zeros;
    return (1U << zeros) - 1 + bits(zeros);
  }
  /// What was read cannot be: nothing behind it counts.
  void refuse() { ok_ = false; }
  [[nodiscard]] bool ok() const { return ok_; }

 private:
  static constexpr std::size_t kMaxSet = 256;  // of a parameter set, what stands before the size fits
  std::array<std::uint8_t, kMaxSet> data_{};
  std::size_t size_ = 0;
  std::size_t at_ = 0;
  bool ok_ = true;
};

/// §7.3.2.1.1.1; only skipped.
void skip_scaling_list(Bits& bits, int size) {
  constexpr std::uint32_t kMaxCode = 256;  // §7.4.2.1.1.1: −128 to 127, as se(v) (§9.1.1)
  int last = 8;
  int next = 8;
  for (int i = 0; i < size && bits.ok(); ++i) {
    if (next != 0) {
      auto code = bits.exp_golomb();
      if (code > kMaxCode) return bits.refuse();
      auto half = static_cast<int>((code + 1) / 2);
      next = (last + (code % 2 == 1 ? half : -half) + 256) % 256;
    }
    last = next == 0 ? last : next;
  }
}

/// The part that only the High profiles have; returns chroma_format_idc.
std::uint32_t read_high_profile(Bits& bits) {
  constexpr std::uint32_t kFullChroma = 3;
  constexpr int kSmallLists = 6;
  auto chroma = bits.exp_golomb();
  if (chroma == kFullChroma) bits.bit();
  bits.exp_golomb();
  bits.exp_golomb();
  bits.bit();
  if (bits.bit() == 0) return chroma;
  int lists = chroma == kFullChroma ? 12 : 8;
  for (int i = 0; i < lists; ++i) {
    if (bits.bit() != 0) skip_scaling_list(bits, i < kSmallLists ? 16 : 64);
  }
  return chroma;
}

bool has_chroma_format(std::uint32_t profile) {
  constexpr std::array kProfiles = {100U, 110U, 122U, 244U, 44U, 83U, 86U, 118U, 128U, 138U, 139U, 134U};
  return std::find(kProfiles.begin(), kProfiles.end(), profile) != kProfiles.end();
}

void skip_picture_order(Bits& bits) {
  auto type = bits.exp_golomb();
  if (type == 0) bits.exp_golomb();
  if (type != 1) return;
  bits.bit();
  bits.exp_golomb();
  bits.exp_golomb();
  for (auto cycle = std::min(bits.exp_golomb(), 255U); cycle > 0 && bits.ok(); --cycle) bits.exp_golomb();
}

/// §7.3.2.1.1; `set` begins behind the NAL unit's header.
std::optional<PictureSize> read_set(Bytes set) {
  constexpr std::uint32_t kMacroblock = 16;
  Bits bits(set);
  auto profile = bits.bits(8);
  bits.bits(16);
  bits.exp_golomb();
  auto chroma = has_chroma_format(profile) ? read_high_profile(bits) : 1;
  bits.exp_golomb();
  skip_picture_order(bits);
  bits.exp_golomb();
  bits.bit();
  auto columns = bits.exp_golomb() + 1;
  auto rows = bits.exp_golomb() + 1;
  auto fields = bits.bit() == 1 ? 1U : 2U;  // frame_mbs_only_flag
  if (fields == 2) bits.bit();
  bits.bit();
  std::array<std::uint32_t, 4> crop{};
  if (bits.bit() == 1) {
    for (auto& side : crop) side = bits.exp_golomb();
  }
  auto cropped_away = [](std::uint32_t side) { return side > kMaxSide; };
  if (std::any_of(crop.begin(), crop.end(), cropped_away)) return std::nullopt;
  if (!bits.ok() || columns > kMaxSide / kMacroblock || rows > kMaxSide / kMacroblock) return std::nullopt;
  auto unit_x = chroma == 1 || chroma == 2 ? 2U : 1U;
  auto unit_y = (chroma == 1 ? 2U : 1U) * fields;
  PictureSize size{columns * kMacroblock, rows * fields * kMacroblock};
  auto cut_x = (crop[0] + crop[1]) * unit_x;
  auto cut_y = (crop[2] + crop[3]) * unit_y;
  if (cut_x >= size.width || cut_y >= size.height) return std::nullopt;
  return PictureSize{size.width - cut_x, size.height - cut_y};
}

/// RFC 6184: a parameter set stands alone or in a STAP-A; it is too small to be fragmented.
std::optional<PictureSize> h264_size(Bytes payload) {
  constexpr int kSps = 7;
  constexpr int kStapA = 24;
  auto type = [](Bytes unit) { return unit[0] & 0x1f; };
  if (payload.empty()) return std::nullopt;
  if (type(payload) == kSps) return read_set(payload.subspan(1));
  if (type(payload) != kStapA) return std::nullopt;
  Reader reader(payload.subspan(1));
  while (auto length = reader.u16()) {
    auto unit = reader.bytes(*length);
    if (!unit || unit->empty()) break;
    if (type(*unit) == kSps) return read_set(unit->subspan(1));
  }
  return std::nullopt;
}

/// RFC 6386 §9.1: three octets of frame tag, the start code 9d 01 2a, then both sides in 14 bits, little
/// endian.
std::optional<PictureSize> vp8_size(Bytes payload) {
  constexpr std::array<std::uint8_t, 3> kStartCode = {0x9d, 0x01, 0x2a};
  constexpr std::size_t kMaxDescriptor = 7;
  constexpr std::uint32_t kSideMask = 0x3fff;
  auto from = payload.first(std::min(payload.size(), kMaxDescriptor + 3 + kStartCode.size()));
  auto found = std::search(from.begin(), from.end(), kStartCode.begin(), kStartCode.end());
  auto at = static_cast<std::size_t>(found - from.begin()) + kStartCode.size();
  if (found == from.end() || at + 4 > payload.size()) return std::nullopt;
  auto side = [&](std::size_t i) { return (payload[i] | (std::uint32_t{payload[i + 1]} << 8)) & kSideMask; };
  return PictureSize{side(at), side(at + 2)};
}

}  // namespace

std::optional<PictureSize> picture_size(CodecKind codec, Bytes payload) {
  if (codec == CodecKind::h264) return h264_size(payload);
  if (codec == CodecKind::vp8 && starts_keyframe(codec, payload)) return vp8_size(payload);
  return std::nullopt;
}

}  // namespace classcast::rtc
