// SPDX-License-Identifier: MIT
// The machine-readable strip in a test camera's picture: 2 rows of 32 blocks, each 1/40 of the picture's
// width, from the upper left corner; white is 1. Big-endian: room code (16 bits), value (32), CRC (16).
// tests/support/stamp.mjs reads it in a browser.
#pragma once

#include <gst/video/video.h>

#include <cstdint>
#include <string_view>

namespace classcast::camera {

struct Stamp {
  std::uint16_t room = 0;
  /// The frame's number in the clip, or with a live camera Unix milliseconds modulo 2^32.
  std::uint32_t value = 0;
};

/// The 16 bits that stand for a room: FNV-1a (32 bits), its halves added by exclusive or.
std::uint16_t room_code(std::string_view room);

/// Burns the strip into a writable I420 frame.
void burn(GstVideoFrame& frame, const Stamp& stamp);

}  // namespace classcast::camera
