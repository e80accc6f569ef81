// SPDX-License-Identifier: MIT
// Codecs by name, and where a picture can be entered: keyframe detection on RTP payloads.
#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace classcast::rtc {

enum class MediaKind : std::uint8_t { audio, video };

enum class CodecKind : std::uint8_t { opus, h264, h265, vp8, vp9, av1 };

/// The encoding name of the codec's RTP payload format: "opus", "H264" …
std::string_view codec_name(CodecKind codec);
/// Case-insensitive (RFC 8866 §6.6); nullopt for codecs which this relay does not carry.
std::optional<CodecKind> codec_by_name(std::string_view name);
MediaKind codec_media(CodecKind codec);

/// Whether this packet's payload begins (or, for H.264 and H.265, belongs to the start of) a picture that
/// decodes without any other: H.264 SPS or IDR (RFC 6184), H.265 parameter sets or IRAP (RFC 7798), VP8 (RFC
/// 7741), VP9 (RFC 9628), AV1 (its RTP specification §4.4, the N bit). Always true for Opus.
bool starts_keyframe(CodecKind codec, Bytes payload);

}  // namespace classcast::rtc
