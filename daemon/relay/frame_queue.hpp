// SPDX-License-Identifier: MIT
// FrameQueue: packets that wait for a TCP connection to take them. When the reader is too slow, whole video
// frames are left out, and audio last of all.
#pragma once

#include "base/bytes.hpp"
#include "rtc/ssrc.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace classcast::relay {

class FrameQueue {
 public:
  /// While this much waits, no further video frame begins: a second of 2 Mbit/s.
  static constexpr std::size_t kVideoLimit = 256 << 10;
  /// A frame that has begun may grow up to this.
  static constexpr std::size_t kFrameLimit = 1 << 20;
  /// What is not video has its own reserve on top.
  static constexpr std::size_t kLimit = kFrameLimit + (64 << 10);

  /// Everything else that is RTP counts as video.
  void set_audio(rtc::Ssrc ssrc) { audio_ = ssrc; }
  [[nodiscard]] bool knows_audio() const { return audio_.has_value(); }

  /// With its length in front (RFC 4571). False when it was left out.
  bool add(Bytes packet);
  /// What is to be written next.
  [[nodiscard]] Bytes waiting() const { return Bytes(octets_).subspan(written_); }
  void written(std::size_t count);
  [[nodiscard]] bool empty() const { return written_ == octets_.size(); }
  [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

 private:
  /// RFC 3550 §5.1: packets with one timestamp are one frame.
  struct Frame {
    rtc::Ssrc ssrc;
    std::uint32_t timestamp = 0;
    bool left_out = false;
  };
  bool takes(Bytes packet);
  bool takes_video(rtc::Ssrc ssrc, std::uint32_t timestamp);
  Frame& frame_of(rtc::Ssrc ssrc, std::uint32_t timestamp);

  std::vector<std::uint8_t> octets_;
  std::size_t written_ = 0;
  std::optional<rtc::Ssrc> audio_;
  std::array<Frame, 2> frames_;  // of the picture and of its retransmissions
  std::size_t next_frame_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace classcast::relay
