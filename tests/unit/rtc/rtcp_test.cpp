// SPDX-License-Identifier: MIT
#include "rtc/rtcp/bye.hpp"
#include "rtc/rtcp/fir.hpp"
#include "rtc/rtcp/nack.hpp"
#include "rtc/rtcp/pli.hpp"
#include "rtc/rtcp/receiver_report.hpp"
#include "rtc/rtcp/remb.hpp"
#include "rtc/rtcp/sdes.hpp"
#include "rtc/rtcp/sender_report.hpp"
#include "rtc/rtcp/transport_cc.hpp"
#include "unit/rtc/hex.hpp"

#include <gtest/gtest.h>

namespace classcast::rtc::rtcp {
namespace {

template <typename Packet>
Buffer written(const Packet& packet) {
  Buffer out(2048);
  Writer writer{MutableBytes(out)};
  packet.write(writer);
  EXPECT_TRUE(writer.ok());
  out.resize(writer.size());
  return out;
}

template <typename Packet>
std::optional<Packet> parsed(const Buffer& bytes) {
  auto view = Compound(bytes).next();
  return view ? Packet::parse(*view) : std::nullopt;
}

/// Every truncation of the body must be refused or give something that does not overrun (the sanitizers
/// watch).
template <typename Packet>
void survives_truncation(const Buffer& bytes) {
  auto view = *Compound(bytes).next();
  for (std::size_t size = 0; size < view.body.size(); ++size) {
    auto copy = to_buffer(view.body.first(size));
    (void)Packet::parse({view.type, view.count, copy});
  }
}

// SR of SSRC 0x5d931534: NTP dc7c97d2.9e02e2b0, RTP time 0x0000aabb, 10 packets, 1000 octets; one block about
// 0x01020304: fraction 26/256, -2 lost, highest 0x00010005, jitter 7, LSR 0x97d29e02, DLSR 1 s.
const Buffer kSenderReport =
    hex("81c8000c 5d931534 dc7c97d2 9e02e2b0 0000aabb 0000000a 000003e8"
        "01020304 1afffffe 00010005 00000007 97d29e02 00010000");

TEST(SenderReport, reads_and_writes_every_field) {
  auto report = parsed<SenderReport>(kSenderReport);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->sender, Ssrc{0x5d931534});
  EXPECT_EQ(report->ntp, 0xdc7c97d29e02e2b0U);
  EXPECT_EQ(report->ntp_middle(), 0x97d29e02U);
  EXPECT_EQ(report->rtp_time, 0xaabbU);
  EXPECT_EQ(report->packets, 10U);
  EXPECT_EQ(report->octets, 1000U);
  ASSERT_EQ(report->blocks.size(), 1U);
  EXPECT_EQ(report->blocks[0], (ReportBlock{{0x01020304}, 26, -2, 0x00010005, 7, 0x97d29e02, 0x00010000}));
  EXPECT_EQ(written(*report), kSenderReport);
  survives_truncation<SenderReport>(kSenderReport);
}

TEST(ReceiverReport, reads_and_writes_and_may_be_empty) {
  auto bytes = hex("81c90007 00000001 01020304 1a000003 00010005 00000007 97d29e02 00010000");
  auto report = parsed<ReceiverReport>(bytes);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->blocks[0].cumulative_lost, 3);
  EXPECT_EQ(written(*report), bytes);
  EXPECT_EQ(written(ReceiverReport{{1}, {}}), hex("80c90001 00000001"));
  EXPECT_FALSE(parsed<ReceiverReport>(hex("81c90001 00000001"))) << "says one block, has none";
  EXPECT_FALSE(parsed<ReceiverReport>(kSenderReport));
  survives_truncation<ReceiverReport>(bytes);
}

TEST(ReportBlock, clamps_losses_to_24_bits) {
  ReceiverReport report;
  report.blocks.push_back({{1}, 0, 100'000'000, 0, 0, 0, 0});
  EXPECT_EQ(parsed<ReceiverReport>(written(report))->blocks[0].cumulative_lost, 0x7fffff);
}

TEST(Sdes, reads_and_writes_cnames) {
  auto bytes = hex("81ca0003 00000007 01046162 63640000");
  auto sdes = parsed<Sdes>(bytes);
  ASSERT_TRUE(sdes);
  EXPECT_EQ(sdes->chunks[0].ssrc, Ssrc{7});
  EXPECT_EQ(sdes->chunks[0].cname, "abcd");
  EXPECT_EQ(written(*sdes), bytes);
  survives_truncation<Sdes>(bytes);
  // A tool item (6) before the cname, and a second chunk without any.
  auto two_chunks = hex("82ca0006 00000007 06017801 04616263 64000000 00000008 00000000");
  auto two = parsed<Sdes>(two_chunks);
  ASSERT_TRUE(two);
  EXPECT_EQ(two->chunks[0].cname, "abcd");
  EXPECT_EQ(two->chunks[1].cname, "");
  EXPECT_FALSE(parsed<Sdes>(hex("82ca0005 00000007 06017801 04616263 64000000 00000008"))) << "cut short";
}

TEST(Sdes, pads_for_every_length_of_name) {
  const std::string name(255, 'x');
  for (std::size_t size = 0; size <= 255; ++size) {
    Sdes sdes;
    sdes.chunks.push_back({{1}, std::string_view(name).substr(0, size)});
    sdes.chunks.push_back({{2}, "b"});
    auto bytes = written(sdes);
    auto again = parsed<Sdes>(bytes);
    ASSERT_TRUE(again) << size;
    EXPECT_EQ(again->chunks[0].cname.size(), size);
    EXPECT_EQ(again->chunks[1].cname, "b");
  }
}

TEST(Bye, reads_and_writes_sources_and_skips_the_reason) {
  auto bye = parsed<Bye>(hex("82cb0004 00000001 00000002 03627965 00000000"));
  ASSERT_TRUE(bye);
  EXPECT_EQ(bye->sources.size(), 2U);
  EXPECT_EQ(written(*bye), hex("82cb0002 00000001 00000002"));
  EXPECT_FALSE(parsed<Bye>(hex("82cb0001 00000001")));
}

TEST(Nack, reads_and_writes_items) {
  auto bytes = hex("81cd0004 00000001 00000002 fffe0005 00640000");
  auto nack = parsed<Nack>(bytes);
  ASSERT_TRUE(nack);
  std::vector<int> missing;
  nack->for_each([&](std::uint16_t seq) { missing.push_back(seq); });
  EXPECT_EQ(missing, (std::vector<int>{65534, 65535, 1, 100}));
  EXPECT_EQ(written(*nack), bytes);
  EXPECT_FALSE(parsed<Nack>(hex("81ce0002 00000001 00000002"))) << "that is a PLI";
  survives_truncation<Nack>(bytes);
}

TEST(Nack, packs_what_is_added) {
  Nack nack;
  for (std::uint16_t seq :
       {std::uint16_t{65534}, std::uint16_t{65535}, std::uint16_t{14}, std::uint16_t{15}}) {
    EXPECT_TRUE(nack.add(seq));
  }
  ASSERT_EQ(nack.items.size(), 2U);
  EXPECT_EQ(nack.items[0], (Nack::Item{65534, 0x8001}));
  EXPECT_EQ(nack.items[1], (Nack::Item{15, 0}));
  for (unsigned i = 2; i < Nack::kMaxItems; ++i) EXPECT_TRUE(nack.add(static_cast<std::uint16_t>(i * 100)));
  EXPECT_FALSE(nack.add(30000));
}

TEST(Pli, reads_and_writes) {
  auto bytes = hex("81ce0002 00000001 00000002");
  auto pli = parsed<Pli>(bytes);
  ASSERT_TRUE(pli);
  EXPECT_EQ(pli->media, Ssrc{2});
  EXPECT_EQ(written(*pli), bytes);
  survives_truncation<Pli>(bytes);
}

TEST(Fir, reads_and_writes) {
  auto bytes = hex("84ce0004 00000001 00000000 00000002 07000000");
  auto fir = parsed<Fir>(bytes);
  ASSERT_TRUE(fir);
  ASSERT_EQ(fir->entries.size(), 1U);
  EXPECT_EQ(fir->entries[0], (Fir::Entry{{2}, 7}));
  EXPECT_EQ(written(*fir), bytes);
  survives_truncation<Fir>(bytes);
}

TEST(Remb, reads_and_writes_mantissa_and_exponent) {
  // 1 source; exponent 2, mantissa 0x20000: 524288 bit/s.
  auto bytes = hex("8fce0005 00000001 00000000 52454d42 010a0000 00000002");
  auto remb = parsed<Remb>(bytes);
  ASSERT_TRUE(remb);
  EXPECT_EQ(remb->bitrate_bps, 524288U);
  EXPECT_EQ(remb->sources[0], Ssrc{2});
  survives_truncation<Remb>(bytes);
  for (std::uint64_t rate :
       {std::uint64_t{0}, std::uint64_t{262143}, std::uint64_t{1'000'000}, std::uint64_t{1} << 40}) {
    auto again = parsed<Remb>(written(Remb{{1}, rate, {}}));
    ASSERT_TRUE(again);
    EXPECT_LE(again->bitrate_bps, rate);
    EXPECT_GE(again->bitrate_bps + (rate >> 17), rate);
  }
  EXPECT_FALSE(parsed<Remb>(hex("8fce0004 00000001 00000000 52454d42 00ffffff"))) << "overflows 64 bits";
}

TEST(TransportCc, reads_the_three_kinds_of_chunk) {
  // Base 0x10, 5 packets, reference 0x010203, count 9; run of 2 small; one-bit vector 101 for the other
  // three.
  auto run_and_bits = hex("8fcd0006 00000001 00000002 00100005 01020309 2002a800 04080c10");
  auto feedback = parsed<TransportCc>(run_and_bits);
  ASSERT_TRUE(feedback);
  EXPECT_EQ(feedback->base_seq, 0x10);
  EXPECT_EQ(feedback->reference_time, 0x010203U);
  EXPECT_EQ(feedback->feedback_count, 9);
  ASSERT_EQ(feedback->arrivals.size(), 5U);
  EXPECT_EQ(feedback->arrivals[0], (TransportCc::Arrival{true, 4}));
  EXPECT_EQ(feedback->arrivals[2], (TransportCc::Arrival{true, 12}));
  EXPECT_FALSE(feedback->arrivals[3].received);
  EXPECT_EQ(feedback->arrivals[4], (TransportCc::Arrival{true, 16}));
  survives_truncation<TransportCc>(run_and_bits);
  // Two-bit vector: small, large (-1), none.
  auto two_bits = parsed<TransportCc>(hex("8fcd0006 00000001 00000002 00100003 01020309 d80005ff ff000000"));
  ASSERT_TRUE(two_bits);
  EXPECT_EQ(two_bits->arrivals[1], (TransportCc::Arrival{true, -1}));
  EXPECT_FALSE(two_bits->arrivals[2].received);
}

TEST(TransportCc, refuses_runs_of_nothing_and_too_many_packets) {
  EXPECT_FALSE(parsed<TransportCc>(hex("8fcd0005 00000001 00000002 00100005 01020309 00000000")));
  EXPECT_FALSE(parsed<TransportCc>(hex("8fcd0005 00000001 00000002 0010ffff 01020309 1fff1fff")));
  EXPECT_FALSE(parsed<TransportCc>(hex("8fcd0005 00000001 00000002 00100001 01020309 60010000")))
      << "reserved";
}

TEST(TransportCc, reads_back_what_it_writes) {
  for (unsigned pattern = 0; pattern < 200; ++pattern) {
    TransportCc feedback{{1}, {2}, 65530, 0x123456, 3, {}};
    for (unsigned i = 0; i <= pattern; ++i) {
      auto kind = (i * i + pattern * (i / 9)) % 4;
      if (kind == 0) feedback.arrivals.push_back({});
      if (kind == 1 || kind == 2) feedback.arrivals.push_back({true, static_cast<std::int16_t>(i)});
      if (kind == 3)
        feedback.arrivals.push_back({true, static_cast<std::int16_t>(-300 - static_cast<int>(i))});
    }
    auto again = parsed<TransportCc>(written(feedback));
    ASSERT_TRUE(again) << pattern;
    ASSERT_TRUE(std::equal(again->arrivals.begin(), again->arrivals.end(), feedback.arrivals.begin(),
                           feedback.arrivals.end()))
        << pattern;
  }
}

TEST(Compound, walks_over_known_and_unknown_packets) {
  auto bytes = kSenderReport;
  for (const auto& more : {hex("80cc0001 00000001"), hex("81ce0002 00000001 00000002")}) {
    bytes.insert(bytes.end(), more.begin(), more.end());
  }
  Compound compound(bytes);
  EXPECT_EQ(compound.next()->type, Type::sender_report);
  EXPECT_EQ(compound.next()->type, Type::app);
  EXPECT_EQ(compound.next()->type, Type::payload_feedback);
  EXPECT_FALSE(compound.next());
  EXPECT_FALSE(compound.malformed());
}

TEST(Compound, stops_at_what_is_malformed) {
  for (const auto* text : {"81ce0003 00000001 00000002", "41ce0002 00000001 00000002", "81", "a1ce0000",
                           "a1ce0001 00000000", "a1ce0001 00000005"}) {
    auto bytes = hex(text);
    Compound compound(bytes);
    EXPECT_FALSE(compound.next()) << text;
    EXPECT_TRUE(compound.malformed()) << text;
    EXPECT_FALSE(compound.next()) << text;
  }
}

TEST(Compound, strips_padding) {
  auto bytes = hex("a1ce0003 00000001 00000002 00000004");
  auto packet = Compound(bytes).next();
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->body.size(), 8U);
}

}  // namespace
}  // namespace classcast::rtc::rtcp
