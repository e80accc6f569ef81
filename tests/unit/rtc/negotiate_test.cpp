// SPDX-License-Identifier: MIT
#include "rtc/negotiate.hpp"

#include "unit/rtc/sdp_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace classcast::rtc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

SessionDescription offer(std::string_view name) {
  return SessionDescription::parse(fixture(name)).value();
}

AnswerParams params() {
  static const auto kCertificate = Certificate::create().value();
  AnswerParams out{
      {"serverufrag", Secret("serverpasswordofenoughlength")}, kCertificate->fingerprint(), {}, 77};
  out.candidates = {Candidate::host_candidate(Address::v4({192, 0, 2, 1}, 8443), Transport::udp, 100),
                    Candidate::host_candidate(Address::v4({192, 0, 2, 1}, 8444), Transport::tcp, 100)};
  return out;
}

WatchParams watch_params() {
  return {params(), "room-101", "stream", {1001}, {1002}, {1003}};
}

const CodecParameters kOpus{CodecKind::opus, 48000, 2, ""};
const CodecParameters kH264{CodecKind::h264, 90000, 1, "packetization-mode=1;profile-level-id=42e01f"};
const CodecParameters kHigh{CodecKind::h264, 90000, 1, "packetization-mode=1;profile-level-id=640028"};
const CodecParameters kMain{CodecKind::h264, 90000, 1, "packetization-mode=1;profile-level-id=4d0028"};
const CodecParameters kVp8{CodecKind::vp8, 90000, 1, ""};

template <typename Answer>
const auto& track(const Answer& answer, MediaKind kind) {
  for (const auto& candidate : answer.tracks) {
    if (candidate.kind == kind) return candidate;
  }
  ADD_FAILURE() << "no such track";
  return answer.tracks.front();
}

/// What every answer must have, whoever asked.
void check_answer(const SessionDescription& offered, const SessionDescription& answer) {
  auto text = answer.text();
  EXPECT_THAT(text, HasSubstr("a=ice-lite\r\n"));
  EXPECT_THAT(text, HasSubstr("a=end-of-candidates\r\n"));
  EXPECT_THAT(text, Not(HasSubstr("actpass")));
  ASSERT_TRUE(SessionDescription::parse(text));
  ASSERT_EQ(answer.media.size(), offered.media.size());
  for (std::size_t i = 0; i < answer.media.size(); ++i) {
    const auto& section = answer.media[i];
    EXPECT_EQ(section.mid, offered.media[i].mid);
    EXPECT_EQ(section.media, offered.media[i].media);
    EXPECT_EQ(section.setup, Setup::passive);
    EXPECT_TRUE(section.rtcp_mux);
    for (const auto& format : section.formats) EXPECT_NE(offered.media[i].format(format.pt), nullptr);
    for (const auto& map : section.extmaps) EXPECT_EQ(offered.media[i].extmap(map.uri)->id, map.id);
    EXPECT_EQ(section.candidates.size(), i == 0 ? 2U : 0U) << "in the tagged m-line only";
  }
}

class Publish : public testing::TestWithParam<const char*> {};

TEST_P(Publish, answers_every_client) {
  auto offered = offer(GetParam());
  auto answer = answer_publish(offered, params());
  ASSERT_TRUE(answer) << answer.error().message;
  check_answer(offered, answer->answer);
  for (const auto& section : answer->answer.media) EXPECT_EQ(section.direction, Direction::recvonly);
  EXPECT_EQ(track(*answer, MediaKind::audio).codec.kind, CodecKind::opus);
  EXPECT_FALSE(answer->remote.ice.ufrag.empty());
  EXPECT_EQ(answer->remote.fingerprint.hash, Fingerprint::Hash::sha256);
}

INSTANTIATE_TEST_SUITE_P(Clients, Publish,
                         testing::Values("chromium-publish.sdp", "firefox-publish.sdp",
                                         "webrtcbin-publish.sdp", "libdatachannel-publish.sdp",
                                         "werift-publish.sdp"));

TEST(AnswerPublish, takes_h264_mode_1_and_rtx_from_chromium) {
  auto answer = answer_publish(offer("chromium-publish.sdp"), params()).value();
  const auto& video = track(answer, MediaKind::video);
  EXPECT_EQ(video.codec.kind, CodecKind::h264);
  EXPECT_THAT(video.codec.fmtp, HasSubstr("packetization-mode=1"));
  ASSERT_TRUE(video.rtx_pt);
  EXPECT_TRUE(video.ssrc);
  EXPECT_TRUE(video.rtx_ssrc);
  EXPECT_TRUE(video.feedback.nack);
  EXPECT_TRUE(video.feedback.pli);
  EXPECT_FALSE(video.feedback.transport_cc);
  EXPECT_NE(answer.extensions.mid, 0);
  EXPECT_NE(answer.extensions.audio_level, 0);
  EXPECT_EQ(answer.extensions.transport_cc, 0);
  EXPECT_THAT(answer.answer.text(), Not(HasSubstr("transport-cc")));
}

TEST(AnswerPublish, negotiates_transport_cc_when_the_caller_uses_it) {
  auto with_feedback = params();
  with_feedback.transport_cc = TransportCcUse::on;
  auto answer = answer_publish(offer("chromium-publish.sdp"), with_feedback).value();
  EXPECT_TRUE(track(answer, MediaKind::video).feedback.transport_cc);
  EXPECT_NE(answer.extensions.transport_cc, 0);
}

TEST(AnswerPublish, takes_what_webrtcbin_sends) {
  auto answer = answer_publish(offer("webrtcbin-publish.sdp"), params()).value();
  const auto& video = track(answer, MediaKind::video);
  EXPECT_EQ(video.pt, 102);
  EXPECT_EQ(video.rtx_pt, 96);
  EXPECT_EQ(video.ssrc, Ssrc{1111});
  EXPECT_EQ(video.rtx_ssrc, Ssrc{264249526});
  EXPECT_EQ(answer.answer.bundle, (std::vector<std::string>{"video0", "audio1"}));
  EXPECT_THAT(answer.answer.text(), Not(HasSubstr("sprop-parameter-sets")));
  EXPECT_EQ(answer.answer.media[1].port, 9) << "bundle-only is not a rejection";
}

TEST(AnswerPublish, falls_back_to_vp8_where_there_is_no_h264) {
  auto answer = answer_publish(offer("firefox-publish.sdp"), params()).value();
  EXPECT_EQ(track(answer, MediaKind::video).codec.kind, CodecKind::vp8);
}

TEST(AnswerPublish, accepts_simulcast_layers) {
  for (auto name : {"chromium-simulcast.sdp", "firefox-simulcast.sdp"}) {
    auto answer = answer_publish(offer(name), params());
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_THAT(answer->tracks[0].rids, ElementsAre("h", "m", "l"));
    EXPECT_NE(answer->extensions.rid, 0);
    EXPECT_THAT(answer->answer.text(), HasSubstr("a=simulcast:recv h;m;l\r\n"));
    EXPECT_THAT(answer->answer.text(), HasSubstr("a=rid:h recv\r\n"));
    EXPECT_FALSE(answer->tracks[0].ssrc);
  }
}

class Watch : public testing::TestWithParam<const char*> {};

TEST_P(Watch, answers_every_client) {
  auto offered = offer(GetParam());
  bool no_h264 = std::string_view(GetParam()).starts_with("firefox");
  auto answer = answer_watch(offered, {kOpus, no_h264 ? kVp8 : kH264}, watch_params());
  ASSERT_TRUE(answer) << answer.error().message;
  check_answer(offered, answer->answer);
  for (const auto& section : answer->answer.media) EXPECT_EQ(section.direction, Direction::sendonly);
  EXPECT_EQ(track(*answer, MediaKind::audio).ssrc, Ssrc{1001});
  EXPECT_EQ(track(*answer, MediaKind::video).ssrc, Ssrc{1002});
  auto text = answer->answer.text();
  EXPECT_THAT(text, HasSubstr("a=msid:stream audio\r\n"));
  EXPECT_THAT(text, HasSubstr("a=msid:stream video\r\n"));
  EXPECT_THAT(text, HasSubstr("a=ssrc:1002 cname:room-101\r\n"));
}

INSTANTIATE_TEST_SUITE_P(Clients, Watch,
                         testing::Values("chromium-watch.sdp", "firefox-watch.sdp", "webrtcbin-watch.sdp",
                                         "libdatachannel-watch.sdp", "werift-watch.sdp"));

TEST(AnswerWatch, matches_the_profile_of_the_source) {
  auto chromium = offer("chromium-watch.sdp");
  for (const auto& [source, profile] :
       {std::pair{kH264, "profile-level-id=42e01f"}, std::pair{kMain, "profile-level-id=4d001f"}}) {
    auto answer = answer_watch(chromium, {kOpus, source}, watch_params()).value();
    const auto& video = track(answer, MediaKind::video);
    EXPECT_THAT(video.codec.fmtp, HasSubstr(profile));
    EXPECT_THAT(video.codec.fmtp, HasSubstr("packetization-mode=1"));
    ASSERT_TRUE(video.rtx_pt);
    EXPECT_EQ(video.rtx_ssrc, Ssrc{1003});
    EXPECT_THAT(answer.answer.text(), HasSubstr("a=ssrc-group:FID 1002 1003\r\n"));
  }
}

TEST(AnswerWatch, falls_back_to_any_profile_in_mode_1) {
  auto answer = answer_watch(offer("werift-watch.sdp"), {kOpus, kHigh}, watch_params()).value();
  EXPECT_EQ(track(answer, MediaKind::video).pt, 97);
}

TEST(AnswerWatch, refuses_a_viewer_without_the_codec) {
  for (const auto& source : {kH264, CodecParameters{CodecKind::h265, 90000, 1, ""}}) {
    auto answer = answer_watch(offer("firefox-watch.sdp"), {kOpus, source}, watch_params());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::denied);
  }
}

TEST(AnswerWatch, keeps_a_place_for_a_kind_that_the_source_lacks) {
  auto answer = answer_watch(offer("chromium-watch.sdp"), {std::nullopt, kH264}, watch_params()).value();
  EXPECT_EQ(track(answer, MediaKind::audio).codec.kind, CodecKind::opus);
  auto silent = answer_watch(offer("chromium-watch.sdp"), {kOpus, std::nullopt}, watch_params()).value();
  EXPECT_EQ(track(silent, MediaKind::video).codec.kind, CodecKind::h264);
  auto firefox = answer_watch(offer("firefox-watch.sdp"), {kOpus, std::nullopt}, watch_params()).value();
  EXPECT_EQ(track(firefox, MediaKind::video).codec.kind, CodecKind::vp8);
}

TEST(AnswerWatch, has_no_rtx_for_audio) {
  auto answer = answer_watch(offer("webrtcbin-watch.sdp"), {kOpus, kH264}, watch_params()).value();
  for (const auto& section : answer.answer.media) {
    EXPECT_EQ(section.formats.size(), section.media == "audio" ? 1U : section.formats.size());
  }
}

TEST(AnswerWatch, mirrors_the_stereo_of_the_offer) {
  auto stereo = answer_watch(offer("libdatachannel-watch.sdp"), {kOpus, kH264}, watch_params()).value();
  EXPECT_THAT(stereo.answer.text(), HasSubstr("stereo=1"));
  auto mono = answer_watch(offer("chromium-watch.sdp"), {kOpus, kH264}, watch_params()).value();
  EXPECT_THAT(mono.answer.text(), Not(HasSubstr("stereo=1")));
}

/// Changes one thing of a good offer.
template <typename Change>
Errc refusal(const char* name, Change change) {
  auto changed = offer(name);
  change(changed);
  auto answer = answer_publish(changed, params());
  if (answer) {
    ADD_FAILURE() << "was accepted";
    return Errc::internal;
  }
  return answer.error().code;
}

TEST(Refusals, are_denied_when_sound_but_unservable) {
  constexpr auto* kOffer = "chromium-publish.sdp";
  EXPECT_EQ(refusal(kOffer, [](auto& o) { o.bundle.clear(); }), Errc::denied);
  EXPECT_EQ(refusal(kOffer, [](auto& o) { o.bundle.pop_back(); }), Errc::denied);
  EXPECT_EQ(refusal(kOffer, [](auto& o) { o.media[1].rtcp_mux = false; }), Errc::denied);
  EXPECT_EQ(refusal(kOffer, [](auto& o) { o.media[1].direction = Direction::recvonly; }), Errc::denied);
  EXPECT_EQ(refusal(kOffer, [](auto& o) { o.media[1].protocol = "RTP/AVP"; }), Errc::denied);
  EXPECT_EQ(refusal(kOffer, [](auto& o) { o.media[1].media = "application"; }), Errc::denied);
  EXPECT_EQ(refusal(kOffer, [](auto& o) { o.media[1].media = "audio"; }), Errc::denied);
  EXPECT_EQ(refusal(kOffer, [](auto& o) { o.media[1].msids = {"another track"}; }), Errc::denied);
  EXPECT_EQ(refusal(kOffer, [](auto& o) { o.media[0].setup = Setup::passive; }), Errc::denied);
  EXPECT_EQ(refusal(kOffer, [](auto& o) { o.ice_lite = true; }), Errc::denied);
  EXPECT_EQ(refusal(kOffer, [](auto& o) { o.media.clear(); }), Errc::denied);
  EXPECT_EQ(refusal(kOffer,
                    [](auto& o) {
                      for (auto& format : o.media[0].formats) format.name = "G722";
                    }),
            Errc::denied);
  EXPECT_EQ(refusal(kOffer,
                    [](auto& o) {
                      for (auto& section : o.media) section.direction = Direction::inactive;
                    }),
            Errc::denied);
}

TEST(Refusals, are_invalid_when_the_offer_lacks_what_every_offer_has) {
  constexpr auto* kOffer = "chromium-publish.sdp";
  EXPECT_EQ(refusal(kOffer, [](auto& o) { o.media[0].ufrag.clear(); }), Errc::invalid);
  EXPECT_EQ(refusal(kOffer, [](auto& o) { o.media[0].pwd = Secret(); }), Errc::invalid);
  EXPECT_EQ(refusal(kOffer, [](auto& o) { o.media[0].fingerprints.clear(); }), Errc::invalid);
  EXPECT_EQ(refusal("chromium-simulcast.sdp", [](auto& o) { o.media[0].rids.clear(); }), Errc::invalid);
}

TEST(Refusals, include_data_channels) {
  for (auto name : {"chromium-data.sdp", "firefox-data.sdp"}) {
    auto answer = answer_watch(offer(name), {kOpus, kVp8}, watch_params());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::denied);
  }
}

TEST(Refusals, leave_out_m_lines_which_the_offerer_rejected_itself) {
  auto changed = offer("chromium-publish.sdp");
  changed.media[0].port = 0;
  changed.bundle = {"1"};
  auto answer = answer_publish(changed, params());
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->tracks.size(), 1U);
  EXPECT_EQ(answer->answer.media[0].port, 0);
  EXPECT_EQ(answer->answer.media[1].candidates.size(), 2U);
}

TEST(Compatible, is_lenient_with_profiles_and_strict_with_modes) {
  CodecParameters mode0{CodecKind::h264, 90000, 1, "profile-level-id=42e01f"};
  EXPECT_TRUE(compatible(kHigh, kH264));
  EXPECT_TRUE(compatible(mode0, kH264)) << "a receiver of mode 1 understands mode 0";
  EXPECT_FALSE(compatible(kH264, mode0));
  EXPECT_FALSE(compatible(kH264, kVp8));
}

}  // namespace
}  // namespace classcast::rtc
