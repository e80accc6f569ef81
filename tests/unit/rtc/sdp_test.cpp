// SPDX-License-Identifier: MIT
// Real offers, captured from Chromium, Firefox, webrtcbin, libdatachannel and werift.
#include "rtc/sdp.hpp"

#include "rtc/sdp_fragment.hpp"
#include "unit/rtc/sdp_fixture.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace classcast::rtc {
namespace {

constexpr std::string_view kMinimal =
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n";

std::string with(std::string_view lines) {
  return std::string(kMinimal) + std::string(lines);
}

class SdpFixtures : public testing::TestWithParam<std::string> {};

TEST_P(SdpFixtures, parse_and_survive_being_written_and_parsed_again) {
  auto first = SessionDescription::parse(fixture(GetParam()));
  ASSERT_TRUE(first) << first.error().message;
  for (const auto& section : first->media) {
    EXPECT_FALSE(section.mid.empty());
    EXPECT_FALSE(section.ufrag.empty());
    EXPECT_FALSE(section.pwd.empty());
    EXPECT_EQ(section.fingerprints.size(), 1U);
    EXPECT_EQ(section.setup, Setup::actpass);
  }
  auto again = SessionDescription::parse(first->text());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->text(), first->text());
}

INSTANTIATE_TEST_SUITE_P(All, SdpFixtures,
                         testing::Values("chromium-watch.sdp", "chromium-publish.sdp",
                                         "chromium-simulcast.sdp", "chromium-data.sdp", "firefox-watch.sdp",
                                         "firefox-publish.sdp", "firefox-simulcast.sdp", "firefox-data.sdp",
                                         "webrtcbin-watch.sdp", "webrtcbin-publish.sdp",
                                         "libdatachannel-watch.sdp", "libdatachannel-publish.sdp",
                                         "werift-watch.sdp", "werift-publish.sdp"));

TEST(Sdp, reads_what_webrtcbin_says) {
  auto offer = SessionDescription::parse(fixture("webrtcbin-publish.sdp"));
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->bundle, (std::vector<std::string>{"video0", "audio1"}));
  ASSERT_EQ(offer->media.size(), 2U);
  const auto& video = offer->media[0];
  EXPECT_EQ(video.media, "video");
  EXPECT_EQ(video.direction, Direction::sendonly);
  EXPECT_TRUE(video.rtcp_mux);
  EXPECT_TRUE(video.rtcp_mux_only);
  ASSERT_EQ(video.formats.size(), 2U);
  EXPECT_EQ(video.formats[0].pt, 102);
  EXPECT_EQ(video.formats[0].name, "H264");
  EXPECT_EQ(video.formats[0].parameter("packetization-mode"), "1");
  EXPECT_EQ(video.formats[0].parameter("Profile-Level-Id"), "42c015");
  EXPECT_FALSE(video.formats[0].parameter("mode"));
  EXPECT_TRUE(video.formats[0].has_feedback("nack pli"));
  EXPECT_EQ(video.formats[1].parameter("apt"), "102");
  ASSERT_EQ(video.ssrc_groups.size(), 1U);
  EXPECT_EQ(video.ssrc_groups[0].semantics, "FID");
  EXPECT_EQ(video.ssrc_groups[0].ssrcs[0], Ssrc{1111});
  EXPECT_EQ(video.ssrcs[0].cname, "user712513580@host-3a2b52b2");
  EXPECT_EQ(video.candidates.size(), 9U);
  EXPECT_EQ(video.candidates[2].tcptype, "passive");
  const auto& audio = offer->media[1];
  EXPECT_TRUE(audio.bundle_only);
  EXPECT_EQ(audio.port, 0);
  EXPECT_EQ(audio.formats[0].name, "OPUS");
  EXPECT_EQ(audio.formats[0].channels, 2);
}

TEST(Sdp, hands_session_attributes_down_to_the_m_lines) {
  auto offer = SessionDescription::parse(fixture("firefox-watch.sdp"));
  ASSERT_TRUE(offer);
  for (const auto& section : offer->media) {
    EXPECT_EQ(section.fingerprints.size(), 1U);
    EXPECT_EQ(section.ice_options, "trickle");
    EXPECT_EQ(section.direction, Direction::recvonly);
  }
}

TEST(Sdp, lets_a_fingerprint_of_the_m_line_replace_the_sessions) {
  auto certificate = Certificate::create().value();
  auto other = Certificate::create().value();
  auto text =
      "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=fingerprint:" + other->fingerprint().text() +
      "\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=fingerprint:" + certificate->fingerprint().text() + "\r\n";
  auto offer = SessionDescription::parse(text);
  ASSERT_TRUE(offer);
  ASSERT_EQ(offer->media[0].fingerprints.size(), 1U);
  EXPECT_EQ(offer->media[0].fingerprints[0], certificate->fingerprint());
}

TEST(Sdp, reads_simulcast) {
  for (auto name : {"chromium-simulcast.sdp", "firefox-simulcast.sdp"}) {
    auto offer = SessionDescription::parse(fixture(name));
    ASSERT_TRUE(offer);
    ASSERT_EQ(offer->media[0].rids.size(), 3U) << name;
    EXPECT_EQ(offer->media[0].rids[0].id, "h");
    EXPECT_TRUE(offer->media[0].rids[0].send);
    EXPECT_EQ(offer->media[0].simulcast, "send h;m;l");
  }
}

TEST(Sdp, adds_wildcard_feedback_to_every_format) {
  auto offer = SessionDescription::parse(with("a=rtpmap:96 H264/90000\r\na=rtcp-fb:* nack\r\n"));
  ASSERT_TRUE(offer);
  EXPECT_TRUE(offer->media[0].formats[0].has_feedback("nack"));
}

TEST(Sdp, ignores_what_it_does_not_know) {
  EXPECT_TRUE(
      SessionDescription::parse(with("a=x-unknown:1\r\nb=AS:100\r\na=rtpmap:50 X/1\r\na=framerate:30\r\n"
                                     "a=fingerprint:md5 00:11\r\na=candidate:nonsense\r\n")));
  EXPECT_TRUE(SessionDescription::parse("v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nt=0 0\n")) << "LF alone";
}

class SdpMalformed : public testing::TestWithParam<std::string> {};

TEST_P(SdpMalformed, is_refused) {
  auto offer = SessionDescription::parse(GetParam());
  ASSERT_FALSE(offer);
  EXPECT_EQ(offer.error().code, Errc::invalid);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, SdpMalformed,
    testing::Values("", "hello", "{}", "v=1\r\no=- 1 1 IN IP4 0\r\n", "o=- 1 1 IN IP4 0\r\nv=0\r\n",
                    "v=0\r\ns=-\r\n", "v=0\r\no=- x 1 IN IP4 0\r\n", "v=0\r\n\r\no=- 1 1 IN IP4 0\r\n",
                    with("m=video\r\n"), with("m=video 99999 UDP/TLS/RTP/SAVPF 96\r\n"),
                    with("m=video 9 UDP/TLS/RTP/SAVPF 128\r\n"),
                    with("m=video 9 UDP/TLS/RTP/SAVPF 96 96\r\n"), with("m=video 9 UDP/TLS/RTP/SAVPF x\r\n"),
                    with("a=rtpmap:96\r\n"), with("a=rtpmap:96 H264\r\n"), with("a=rtpmap:96 H264/0\r\n"),
                    with("a=rtpmap:x H264/90000\r\n"), with("a=rtcp-fb:96\r\n"), with("a=extmap:0 urn:x\r\n"),
                    with("a=extmap:1\r\n"), with("a=extmap:1/upwards urn:x\r\n"),
                    with("a=ssrc:x cname:y\r\n"), with("a=ssrc-group:FID 1 x\r\n"), with("a=setup:maybe\r\n"),
                    with("a=mid:\r\n"), with("a=mid:a b\r\n"), with("a=ice-ufrag:x\r\n"),
                    with("a=ice-pwd:short\r\n"), with("a=ice-ufrag:with space\r\n"),
                    with("a=fingerprint:sha-256 00:11\r\n"), with("a=rid:x up\r\n"),
                    with("a=mid:a\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:a\r\n"), with("a=evil\x01\r\n"),
                    with("not a line\r\n")));

TEST(SdpLimits, hold) {
  auto repeat = [](std::string_view line, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += line;
    return out;
  };
  constexpr std::string_view kMLine = "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n";
  EXPECT_TRUE(SessionDescription::parse(with(repeat(kMLine, kMaxMediaSections - 1))));
  EXPECT_FALSE(SessionDescription::parse(with(repeat(kMLine, kMaxMediaSections))));
  EXPECT_TRUE(SessionDescription::parse(with(repeat("a=extmap:1 urn:x\r\n", kMaxExtMaps))));
  EXPECT_FALSE(SessionDescription::parse(with(repeat("a=extmap:1 urn:x\r\n", kMaxExtMaps + 1))));
  EXPECT_FALSE(SessionDescription::parse(with(repeat("a=rid:x send\r\n", kMaxRids + 1))));
  EXPECT_FALSE(SessionDescription::parse(with(repeat("a=msid:x y\r\n", kMaxFeedback + 1))));
  EXPECT_FALSE(SessionDescription::parse(with("a=x:" + std::string(kMaxSdpLine, 'x') + "\r\n")));
  EXPECT_FALSE(SessionDescription::parse(with(repeat("a=x\r\n", kMaxSdpBytes / 5))));
  std::string ssrcs;
  for (std::size_t i = 0; i <= kMaxSsrcs; ++i) ssrcs += fmt::format("a=ssrc:{} cname:x\r\n", i);
  EXPECT_FALSE(SessionDescription::parse(with(ssrcs)));
  auto many = repeat("a=candidate:1 1 udp 1 192.0.2.1 1 typ host\r\n", kMaxCandidates + 10);
  auto offer = SessionDescription::parse(with(many));
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->media[0].candidates.size(), kMaxCandidates);
}

TEST(Candidates, are_read_and_written) {
  auto candidate = Candidate::parse(
      "candidate:3004565046 1 tcp 1518214911 192.0.2.2 9 typ host tcptype active generation 0 network-id 1");
  ASSERT_TRUE(candidate);
  EXPECT_EQ(candidate->transport, Transport::tcp);
  EXPECT_EQ(candidate->priority, 1518214911U);
  EXPECT_EQ(candidate->address(), Address::v4({192, 0, 2, 2}, 9));
  EXPECT_EQ(candidate->tcptype, "active");
  EXPECT_EQ(candidate->text(), "candidate:3004565046 1 tcp 1518214911 192.0.2.2 9 typ host tcptype active");
  EXPECT_FALSE(Candidate::parse("candidate:1 1 udp 1 6f1c.local 1 typ host")->address()) << "mDNS";
  for (auto text :
       {"", "candidate:", "candidate:1 1 udp 1 192.0.2.1 1 host", "candidate:1 1 sctp 1 192.0.2.1 1 typ host",
        "candidate:1 0 udp 1 192.0.2.1 1 typ host", "candidate:1 1 udp -1 192.0.2.1 1 typ host",
        "candidate:1 1 udp 1 192.0.2.1 65536 typ host"}) {
    EXPECT_FALSE(Candidate::parse(text)) << text;
  }
}

TEST(Candidates, of_ours_prefer_udp) {
  auto udp = Candidate::host_candidate(Address::v4({192, 0, 2, 1}, 8443), Transport::udp, 65535);
  auto tcp = Candidate::host_candidate(Address::v4({192, 0, 2, 1}, 8444), Transport::tcp, 65535);
  EXPECT_EQ(udp.priority, 2130706431U);
  EXPECT_GT(udp.priority, tcp.priority);
  EXPECT_EQ(tcp.tcptype, "passive");
  EXPECT_NE(udp.foundation, tcp.foundation);
  EXPECT_TRUE(Candidate::parse(udp.text()));
  EXPECT_TRUE(Candidate::parse(tcp.text()));
}

TEST(SdpFragment, reads_the_example_of_whip) {
  // In the form of RFC 9725 §4.3.1.
  auto fragment = SdpFragment::parse(
      "a=group:BUNDLE 0 1\r\n"
      "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
      "a=mid:0\r\n"
      "a=ice-ufrag:EsAw\r\n"
      "a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n"
      "a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id "
      "1\r\n"
      "a=candidate:nonsense\r\n"
      "a=candidate:473322822 1 tcp 1518280447 6f1c.local 9 typ host tcptype active\r\n"
      "a=end-of-candidates\r\n");
  ASSERT_TRUE(fragment);
  EXPECT_EQ(fragment->ufrag, "EsAw");
  EXPECT_EQ(fragment->pwd.reveal(), "P2uYro0UCOQ4zxjKXaWCBui1");
  EXPECT_EQ(fragment->mid, "0");
  EXPECT_EQ(fragment->candidates.size(), 2U);
  EXPECT_TRUE(fragment->end_of_candidates);
}

TEST(SdpFragment, takes_an_empty_trickle_and_an_ice_restart_alone) {
  EXPECT_TRUE(SdpFragment::parse("a=end-of-candidates\r\n"));
  auto restart = SdpFragment::parse("a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n");
  ASSERT_TRUE(restart);
  EXPECT_EQ(restart->ufrag, "abcd");
}

TEST(SdpFragment, refuses_what_is_malformed) {
  for (auto text : {"", "nonsense", "a=ice-ufrag:abcd\r\n", "a=ice-pwd:0123456789012345678901\r\n",
                    "a=ice-ufrag:ab\r\na=ice-pwd:0123456789012345678901\r\n", "a=mid:\r\n", "{\"a\":1}"}) {
    EXPECT_FALSE(SdpFragment::parse(text)) << text;
  }
  EXPECT_FALSE(SdpFragment::parse(std::string(kMaxSdpBytes + 1, 'a')));
}

TEST(SdpFragment, reads_back_what_it_writes) {
  SdpFragment fragment;
  fragment.ufrag = "abcd";
  fragment.pwd = Secret("0123456789012345678901");
  fragment.ice_lite = true;
  fragment.mid = "video0";
  fragment.candidates = {Candidate::host_candidate(Address::v4({192, 0, 2, 1}, 8443), Transport::udp, 1)};
  fragment.end_of_candidates = true;
  auto again = SdpFragment::parse(fragment.text());
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->ice_lite);
  EXPECT_EQ(again->text(), fragment.text());
}

}  // namespace
}  // namespace classcast::rtc
