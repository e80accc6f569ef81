// SPDX-License-Identifier: MIT
#include "relay/frame_queue.hpp"

#include "rtc/demux.hpp"
#include "rtc/tcp_framing.hpp"

#include <algorithm>

namespace classcast::relay {

namespace {

/// Above this, memory is given back once it is empty.
constexpr std::size_t kKeptCapacity = 64 << 10;

struct RtpNames {
  std::uint32_t timestamp = 0;
  rtc::Ssrc ssrc;
};

/// The header is not encrypted (RFC 3711 §3.1).
std::optional<RtpNames> names_of(Bytes packet) {
  if (rtc::classify(packet) != rtc::DatagramKind::rtp) return std::nullopt;
  Reader reader(packet);
  reader.skip(4);
  auto timestamp = reader.u32();
  auto ssrc = reader.u32();
  if (!timestamp || !ssrc) return std::nullopt;
  return RtpNames{*timestamp, {*ssrc}};
}

}  // namespace

bool FrameQueue::add(Bytes packet) {
  if (!takes(packet)) {
    ++left_out_;
    return false;
  }
  auto header = rtc::frame_header(packet.size());
  octets_.insert(octets_.end(), header.begin(), header.end());
  octets_.insert(octets_.end(), packet.begin(), packet.end());
  return true;
}

bool FrameQueue::takes(Bytes packet) {
  auto names = names_of(packet);
  if (names && names->ssrc != audio_) return takes_video(names->ssrc, names->timestamp);
  return waiting().size() + packet.size() <= kLimit;
}

bool FrameQueue::takes_video(rtc::Ssrc ssrc, std::uint32_t timestamp) {
  auto& frame = frame_of(ssrc, timestamp);
  // The rest of a frame is worth nothing once a part of it is left out.
  frame.left_out = frame.left_out || waiting().size() > kFrameLimit;
  return !frame.left_out;
}

FrameQueue::Frame& FrameQueue::frame_of(rtc::Ssrc ssrc, std::uint32_t timestamp) {
  auto known =
      std::find_if(frames_.begin(), frames_.end(), [&](const Frame& frame) { return frame.ssrc == ssrc; });
  if (known == frames_.end()) {
    known = frames_.begin() + static_cast<std::ptrdiff_t>(next_frame_++ % frames_.size());
    *known = {ssrc, timestamp + 1, false};
  }
  if (known->timestamp != timestamp) *known = {ssrc, timestamp, waiting().size() > kVideoLimit};
  return *known;
}

void FrameQueue::written(std::size_t count) {
  written_ += count;
  if (empty()) {
    octets_.clear();
    written_ = 0;
    if (octets_.capacity() > kKeptCapacity) octets_.shrink_to_fit();
  } else if (written_ > octets_.size() / 2) {
    octets_.erase(octets_.begin(), octets_.begin() + static_cast<std::ptrdiff_t>(written_));
    written_ = 0;
  }
}

}  // namespace classcast::relay
