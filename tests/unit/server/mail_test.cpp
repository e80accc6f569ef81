// SPDX-License-Identifier: MIT
#include "server/mail.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace classcast::server {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

TEST(HeaderText, LeavesShortAsciiAlone) {
  EXPECT_EQ(header_text("Riverside: a new password"), "Riverside: a new password");
}

TEST(HeaderText, EncodesWhatIsNot) {
  EXPECT_EQ(header_text("Grüne Schule"), "=?UTF-8?B?R3LDvG5lIFNjaHVsZQ==?=");
  EXPECT_THAT(header_text("=?x"), StartsWith("=?UTF-8?B?"));
  EXPECT_THAT(header_text("two\r\nBcc: everybody@school.example"), testing::Not(HasSubstr("\r\n")));
}

TEST(HeaderText, WordsAreShortAndHoldWholeCharacters) {
  std::string thai;
  for (int i = 0; i < 40; ++i) thai += "โ";
  auto text = header_text(thai);
  std::size_t words = 0;
  for (std::size_t at = 0; at < text.size();) {
    auto end = text.find("\r\n ", at);
    auto length = (end == std::string::npos ? text.size() : end) - at;
    EXPECT_LE(length, 75U);
    // 15 characters of three bytes, encoded without filler.
    if (end != std::string::npos) {
      EXPECT_EQ(length, 12U + 60U);
    }
    ++words;
    at = end == std::string::npos ? text.size() : end + 3;
  }
  EXPECT_EQ(words, 3U);
}

TEST(MailText, IsAWholeMail) {
  auto text = mail_text({"a@school.example", "Hello", "one\ntwo\n"},
                        {"classcast@school.example", "River \"side\"", 1'700'000'000'000, "abc"});
  EXPECT_THAT(text, StartsWith("Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"
                               "Message-ID: <abc@school.example>\r\n"
                               "From: \"River side\" <classcast@school.example>\r\n"
                               "To: <a@school.example>\r\n"
                               "Subject: Hello\r\n"));
  EXPECT_THAT(text, EndsWith("\r\n\r\nb25lDQp0d28NCg==\r\n"));
}

TEST(MailText, LinesAreShort) {
  auto text = mail_text({"a@b.example", "x", std::string(1000, 'x')}, {"c@b.example", "School", 0, "id"});
  std::size_t longest = 0;
  for (std::size_t at = 0; at < text.size();) {
    auto end = text.find("\r\n", at);
    longest = std::max(longest, end - at);
    at = end + 2;
  }
  EXPECT_LE(longest, 76U);
}

TEST(Mails, HoldTheirLinks) {
  EXPECT_THAT(recovery_mail("a@b.example", "Ann", "School", "https://x/recover#1").text,
              HasSubstr("\nhttps://x/recover#1\n"));
  EXPECT_THAT(invitation_mail("a@b.example", "School", "https://x/sign-up#1").text,
              HasSubstr("\nhttps://x/sign-up#1\n"));
}

}  // namespace
}  // namespace classcast::server
