// SPDX-License-Identifier: MIT
// PictureSize: how large a picture is, read from the RTP payload that begins a keyframe.
#pragma once

#include "rtc/codec.hpp"

#include <cstdint>
#include <optional>

namespace classcast::rtc {

struct PictureSize {
  std::uint32_t width = 0;
  std::uint32_t height = 0;

  [[nodiscard]] std::uint64_t pixels() const { return std::uint64_t{width} * height; }
  bool operator==(const PictureSize&) const = default;
};

/// H.264 (the sequence parameter set, H.264 §7.3.2.1.1) and VP8 (RFC 6386 §9.1); nullopt for other codecs and
/// for packets that do not hold it.
std::optional<PictureSize> picture_size(CodecKind codec, Bytes payload);

}  // namespace classcast::rtc
