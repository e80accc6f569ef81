// SPDX-License-Identifier: MIT
#include "relay/opus_clock.hpp"

#include <array>
#include <cstdlib>

namespace classcast::relay {

namespace {

// RFC 6716 §3.1, table 2: the duration of one frame by configuration number, in samples at 48 kHz.
std::uint32_t frame_samples(unsigned config) {
  constexpr std::array<std::uint32_t, 4> kSilk = {480, 960, 1920, 2880};
  constexpr std::array<std::uint32_t, 2> kHybrid = {480, 960};
  constexpr std::array<std::uint32_t, 4> kCelt = {120, 240, 480, 960};
  if (config < 12) return kSilk[config % 4];
  if (config < 16) return kHybrid[config % 2];
  return kCelt[config % 4];
}

}  // namespace

std::optional<std::uint32_t> opus_samples(Bytes payload) {
  constexpr std::uint32_t kMaxSamples = 5760;  // 120 ms, RFC 6716 §3.4 [R5]
  Reader reader(payload);
  auto toc = reader.u8();
  if (!toc) return std::nullopt;
  auto code = *toc & 3U;
  std::uint32_t frames = code == 0 ? 1 : 2;
  if (code == 3) {
    auto count = reader.u8();
    if (!count) return std::nullopt;
    frames = *count & 0x3fU;
  }
  auto samples = frames * frame_samples(*toc >> 3U);
  if (samples == 0 || samples > kMaxSamples) return std::nullopt;
  return samples;
}

std::uint32_t OpusClock::regular(std::int64_t seq, std::uint32_t timestamp, Bytes payload) {
  auto samples = opus_samples(payload);
  if (!samples) return timestamp;
  auto result = timestamp;
  if (last_) {
    auto expected = last_->timestamp + static_cast<std::uint32_t>(seq - last_->seq) * last_->samples;
    auto off = static_cast<std::int32_t>(timestamp - expected);
    if (std::abs(static_cast<std::int64_t>(off)) <= kTolerance) result = expected;
  }
  if (!last_ || seq > last_->seq) last_ = Last{seq, result, *samples};
  return result;
}

}  // namespace classcast::relay
