// SPDX-License-Identifier: MIT
// Made-up media for the recorder's tests.
#pragma once

#include "recorder/fragment.hpp"

#include <string_view>

namespace classcast::recorder {

/// Parameter sets that x264 wrote for 640x360.
inline Format test_format(bool audio = true) {
  Format format;
  const std::string_view sps(
      "\x67\x64\x00\x16\xac\xd9\x40\xa0\x2f\xf9\x70\x11\x00\x00\x03\x00\x01\x00\x00\x03\x00"
      "\x0a\x0f\x16\x2d\x96",
      26);
  const std::string_view pps("\x68\xeb\xe3\xcb\x22\xc0", 6);
  format.video = VideoFormat{{{sps.begin(), sps.end()}, {pps.begin(), pps.end()}}, {640, 360}};
  if (audio) format.audio = AudioFormat::opus;
  return format;
}

/// Half a second of 10 pictures/s and sound; the first picture is a keyframe when `key` says so.
inline Fragment test_fragment(std::int64_t start_ms, bool key, std::size_t key_size = 100) {
  constexpr std::int64_t kMs = 1'000'000;
  constexpr int kPictures = 5;
  constexpr int kPackets = 25;
  Fragment fragment;
  for (int i = 0; i < kPictures; ++i) {
    const bool first = i == 0 && key;
    fragment.video.push_back({(start_ms + i * 100) * kMs, 9000, first, Buffer(first ? key_size : 20, 0x41)});
  }
  for (int i = 0; i < kPackets; ++i) {
    fragment.audio.push_back({(start_ms + i * 20) * kMs, 960, true, Buffer(10, 0xfc)});
  }
  return fragment;
}

}  // namespace classcast::recorder
