// SPDX-License-Identifier: MIT
#include "pipelines/answer_check.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace classcast::pipelines {
namespace {

constexpr const char* kHead = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n";
constexpr const char* kKeys =
    "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 00\r\n";

std::string media(const std::string& kind, const std::string& port, const std::string& formats,
                  const std::string& keys = kKeys) {
  return fmt::format("m={} {} UDP/TLS/RTP/SAVPF {}\r\nc=IN IP4 0.0.0.0\r\n{}", kind, port, formats, keys);
}

const std::string& offer() {
  static const std::string text = kHead + media("video", "9", "102 96") + media("audio", "0", "111");
  return text;
}

Result<void> check(const std::string& medias) {
  return check_answer(offer(), kHead + medias);
}

TEST(AnswerCheck, AcceptsWhatFits) {
  EXPECT_TRUE(check(media("video", "9", "102 96") + media("audio", "9", "111")));
  EXPECT_TRUE(check(kKeys + media("video", "9", "102", "") + media("audio", "9", "111", "")));
}

TEST(AnswerCheck, RefusesWhatWouldAbortWebrtcbin) {
  const std::string video = media("video", "9", "102");
  const std::string audio = media("audio", "9", "111");
  for (const auto& bad : {std::string(), video, audio + video, fmt::format("{}{}{}", video, audio, audio),
                          media("video", "0", "102") + audio, media("video", "9", "96") + audio,
                          media("video", "9", "102", "") + audio}) {
    auto checked = check(bad);
    ASSERT_FALSE(checked) << bad;
    EXPECT_EQ(checked.error().code, Errc::invalid);
  }
}

TEST(AnswerCheck, RefusesWhatIsNotSdp) {
  EXPECT_FALSE(check_answer(offer(), ""));
  EXPECT_FALSE(check_answer(offer(), "<html>"));
  EXPECT_FALSE(check_answer(offer(), kHead + std::string(kMaxSdpBytes, 'a')));
}

}  // namespace
}  // namespace classcast::pipelines
