// SPDX-License-Identifier: MIT
#include "rtc/tcp_framing.hpp"

#include <algorithm>

namespace classcast::rtc {

MutableBytes FrameReader::space() {
  if (broken()) return {};
  std::copy(buffer_.get() + begin_, buffer_.get() + end_, buffer_.get());
  end_ -= begin_;
  begin_ = 0;
  return {buffer_.get() + end_, kCapacity - end_};
}

std::optional<std::size_t> FrameReader::length() const {
  if (end_ - begin_ < kFrameHeader) return std::nullopt;
  return (std::size_t{buffer_[begin_]} << 8) | buffer_[begin_ + 1];
}

std::optional<MutableBytes> FrameReader::front() {
  auto size = length();
  if (!size || *size > kMaxFrame || end_ - begin_ - kFrameHeader < *size) return std::nullopt;
  return MutableBytes(buffer_.get() + begin_ + kFrameHeader, *size);
}

void FrameReader::pop() {
  if (auto packet = front()) begin_ += kFrameHeader + packet->size();
}

bool FrameReader::broken() const {
  auto size = length();
  return size && *size > kMaxFrame;
}

}  // namespace classcast::rtc
