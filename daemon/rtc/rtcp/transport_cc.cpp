// SPDX-License-Identifier: MIT
#include "rtc/rtcp/transport_cc.hpp"

#include <algorithm>

namespace classcast::rtc::rtcp {

namespace {

/// §3.1.1: packet status symbols.
enum Symbol : std::uint8_t { kNotReceived = 0, kSmallDelta = 1, kLargeDelta = 2, kReserved = 3 };

constexpr std::uint16_t kVectorChunk = 0x8000;
constexpr std::uint16_t kTwoBitVector = 0x4000;
constexpr std::size_t kOneBitSymbols = 14;
constexpr std::size_t kTwoBitSymbols = 7;
constexpr std::uint16_t kMaxRun = 0x1fff;
constexpr std::int16_t kMaxSmallDelta = 255;

using Symbols = Bounded<std::uint8_t, TransportCc::kMaxPackets>;

/// Appends a symbol unless all `count` packets have one already (the last chunk is often longer).
void append(Symbols& symbols, std::size_t count, std::uint8_t symbol) {
  if (symbols.size() < count) symbols.push_back(symbol);
}

void read_chunk(std::uint16_t chunk, std::size_t count, Symbols& symbols) {
  if ((chunk & kVectorChunk) == 0) {
    // §3.1.3: |T=0| S S | run length (13 bits)
    for (int i = 0; i < (chunk & kMaxRun); ++i) append(symbols, count, (chunk >> 13) & 3);
  } else if ((chunk & kTwoBitVector) == 0) {
    // §3.1.4: |T=1|S=0| 14 symbols of one bit
    for (std::size_t i = 0; i < kOneBitSymbols; ++i) append(symbols, count, (chunk >> (13 - i)) & 1);
  } else {
    for (std::size_t i = 0; i < kTwoBitSymbols; ++i) append(symbols, count, (chunk >> (12 - 2 * i)) & 3);
  }
}

std::optional<Symbols> read_symbols(Reader& reader, std::size_t count) {
  Symbols symbols;
  while (symbols.size() < count) {
    auto chunk = reader.u16();
    auto before = symbols.size();
    if (!chunk) return std::nullopt;
    read_chunk(*chunk, count, symbols);
    if (symbols.size() == before) return std::nullopt;  // a run of nothing
  }
  return symbols;
}

std::optional<TransportCc::Arrival> read_arrival(Reader& reader, std::uint8_t symbol) {
  if (symbol == kReserved) return std::nullopt;
  if (symbol == kNotReceived) return TransportCc::Arrival{};
  if (symbol == kSmallDelta) {
    auto delta = reader.u8();
    if (!delta) return std::nullopt;
    return TransportCc::Arrival{true, static_cast<std::int16_t>(*delta)};
  }
  auto delta = reader.u16();
  if (!delta) return std::nullopt;
  return TransportCc::Arrival{true, static_cast<std::int16_t>(*delta)};
}

std::uint8_t symbol_of(const TransportCc::Arrival& arrival) {
  if (!arrival.received) return kNotReceived;
  return arrival.delta >= 0 && arrival.delta <= kMaxSmallDelta ? kSmallDelta : kLargeDelta;
}

/// One run where at least seven symbols are equal, else a vector of seven: short enough, and simple.
std::size_t write_chunk(Writer& writer, const TransportCc& feedback, std::size_t at) {
  const auto& arrivals = feedback.arrivals;
  auto first = symbol_of(arrivals[at]);
  std::size_t run = 1;
  while (at + run < arrivals.size() && symbol_of(arrivals[at + run]) == first) ++run;
  if (run >= kTwoBitSymbols || at + run == arrivals.size()) {
    writer.u16(static_cast<std::uint16_t>((first << 13) | run));
    return run;
  }
  std::uint16_t chunk = kVectorChunk | kTwoBitVector;
  auto count = std::min(kTwoBitSymbols, arrivals.size() - at);
  for (std::size_t i = 0; i < count; ++i) {
    chunk = static_cast<std::uint16_t>(chunk | (symbol_of(arrivals[at + i]) << (12 - 2 * i)));
  }
  writer.u16(chunk);
  return count;
}

void write_delta(Writer& writer, const TransportCc::Arrival& arrival) {
  switch (symbol_of(arrival)) {
    case kSmallDelta:
      return writer.u8(static_cast<std::uint8_t>(arrival.delta));
    case kLargeDelta:
      return writer.u16(static_cast<std::uint16_t>(arrival.delta));
    default:
      return;
  }
}

}  // namespace

// |      base sequence number     |      packet status count      |
// |                 reference time                | fb pkt. count |
// |          packet chunk         |         packet chunk          |
// |         packet chunk          |  recv delta   |  recv delta   |
std::optional<TransportCc> TransportCc::parse(const PacketView& packet) {
  Reader reader(packet.body);
  auto sender = reader.u32();
  auto media = reader.u32();
  auto base = reader.u16();
  auto count = reader.u16();
  auto reference = reader.u24();
  auto feedback_count = reader.u8();
  bool ours = packet.type == Type::transport_feedback && packet.count == kFormatTransportCc;
  if (!ours || !feedback_count || *count == 0 || *count > kMaxPackets) return std::nullopt;
  TransportCc feedback{{*sender}, {*media}, *base, *reference, *feedback_count, {}};
  auto symbols = read_symbols(reader, *count);
  if (!symbols) return std::nullopt;
  for (auto symbol : *symbols) {
    auto arrival = read_arrival(reader, symbol);
    if (!arrival) return std::nullopt;
    feedback.arrivals.push_back(*arrival);
  }
  return feedback;
}

void TransportCc::write(Writer& writer) const {
  PacketWriter packet(writer, Type::transport_feedback, kFormatTransportCc);
  writer.u32(sender.value);
  writer.u32(media.value);
  writer.u16(base_seq);
  writer.u16(static_cast<std::uint16_t>(arrivals.size()));
  writer.u24(reference_time & 0xffffff);
  writer.u8(feedback_count);
  for (std::size_t at = 0; at < arrivals.size();) at += write_chunk(writer, *this, at);
  for (const auto& arrival : arrivals) write_delta(writer, arrival);
}

}  // namespace classcast::rtc::rtcp
