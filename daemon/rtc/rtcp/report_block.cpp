// SPDX-License-Identifier: MIT
#include "rtc/rtcp/report_block.hpp"

#include <algorithm>

namespace classcast::rtc::rtcp {

namespace {

constexpr std::size_t kBlockSize = 24;
constexpr std::int32_t kMaxLost = 0x7fffff;
constexpr std::int32_t kMinLost = -0x800000;

/// 24 bits two's complement.
std::int32_t sign_extend_24(std::uint32_t value) {
  return static_cast<std::int32_t>(value << 8) >> 8;
}

}  // namespace

// |                 SSRC_1 (SSRC of first source)                 |
// | fraction lost |       cumulative number of packets lost       |
// |           extended highest sequence number received           |
// |                      interarrival jitter                      |
// |                         last SR (LSR)                         |
// |                   delay since last SR (DLSR)                  |
std::optional<ReportBlock> ReportBlock::parse(Reader& reader) {
  if (reader.left() < kBlockSize) return std::nullopt;
  ReportBlock block;
  block.ssrc = {*reader.u32()};
  block.fraction_lost = *reader.u8();
  block.cumulative_lost = sign_extend_24(*reader.u24());
  block.highest_seq = *reader.u32();
  block.jitter = *reader.u32();
  block.last_sr = *reader.u32();
  block.delay_since_last_sr = *reader.u32();
  return block;
}

void ReportBlock::write(Writer& writer) const {
  writer.u32(ssrc.value);
  writer.u8(fraction_lost);
  writer.u24(static_cast<std::uint32_t>(std::clamp(cumulative_lost, kMinLost, kMaxLost)) & 0xffffff);
  writer.u32(highest_seq);
  writer.u32(jitter);
  writer.u32(last_sr);
  writer.u32(delay_since_last_sr);
}

std::optional<ReportBlocks> parse_report_blocks(Reader& reader, std::uint8_t count) {
  ReportBlocks blocks;
  for (int i = 0; i < count; ++i) {
    auto block = ReportBlock::parse(reader);
    if (!block) return std::nullopt;
    blocks.push_back(*block);
  }
  return blocks;
}

}  // namespace classcast::rtc::rtcp
