// SPDX-License-Identifier: MIT
#include "base/strings.hpp"

#include "base/id.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"

#include <gtest/gtest.h>

#include <array>

namespace classcast {
namespace {

TEST(Strings, SplitKeepsEmptyParts) {
  EXPECT_EQ(split("a,,b", ',').size(), 3U);
  EXPECT_EQ(split("", ',').size(), 1U);
  EXPECT_EQ(split(",", ',').size(), 2U);
}

TEST(Strings, TrimTakesAllKindsOfSpace) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim("  "), "");
}

TEST(Strings, ParsesWholeNumbersOnly) {
  EXPECT_EQ(parse_int("-12"), -12);
  for (const auto* text : {"", "1x", " 1", "99999999999999999999"}) EXPECT_FALSE(parse_int(text)) << text;
}

TEST(Strings, Base64UrlMatchesRfc4648) {
  // RFC 4648 §10, without padding.
  const std::array<std::pair<const char*, const char*>, 7> vectors = {{{"", ""},
                                                                       {"f", "Zg"},
                                                                       {"fo", "Zm8"},
                                                                       {"foo", "Zm9v"},
                                                                       {"foob", "Zm9vYg"},
                                                                       {"fooba", "Zm9vYmE"},
                                                                       {"foobar", "Zm9vYmFy"}}};
  for (const auto& [plain, coded] : vectors) {
    EXPECT_EQ(base64url(as_bytes(plain)), coded);
    auto back = base64url_decode(coded);
    ASSERT_TRUE(back);
    EXPECT_EQ(as_text(*back), plain);
  }
}

TEST(Strings, Base64UrlHasOneFormOnly) {
  for (const auto* text : {"Zg==", "Zh", "Z", "Zm9v!", "Zm9v\n"})
    EXPECT_FALSE(base64url_decode(text)) << text;
}

TEST(Strings, PrintableHidesControlCharacters) {
  EXPECT_EQ(printable("a\nb\"\x7f\xc3"), "a\\x0ab\\x22\\x7f\\xc3");
}

TEST(Strings, NearestFindsTypingErrorsOnly) {
  constexpr std::array<std::string_view, 3> kWords = {"url", "username", "password_file"};
  EXPECT_EQ(nearest("ur1", kWords), "url");
  EXPECT_EQ(nearest("pasword_file", kWords), "password_file");
  EXPECT_FALSE(nearest("bitrate", kWords));
  EXPECT_FALSE(nearest(std::string(10'000, 'u'), kWords));
}

TEST(RedactUrl, HidesOnlyThePassword) {
  EXPECT_EQ(redact_url("rtsp://admin:geheim@10.0.0.5/live"), "rtsp://admin:***@10.0.0.5/live");
  EXPECT_EQ(redact_url("rtsp://admin@10.0.0.5/live"), "rtsp://admin@10.0.0.5/live");
  EXPECT_EQ(redact_url("rtsp://10.0.0.5:554/live"), "rtsp://10.0.0.5:554/live");
}

TEST(RedactUrl, HidesPasswordsThatHoldUrlCharacters) {
  for (const auto* url : {"rtsp://a:x@y@h/p", "rtsp://a:x/y@h/p", "rtsp://a:x?y@h/p", "rtsp://a:x#y@h/p"}) {
    EXPECT_EQ(redact_url(url), "rtsp://a:***@h/p") << url;
  }
}

TEST(Secret, NeverPrints) {
  EXPECT_EQ(fmt::format("{} {:>5}", Secret("geheim"), Secret("x")), "***   ***");
}

TEST(RoomId, AcceptsTheDocumentedForm) {
  for (const auto* text : {"room-101", "1", "a", "r--"}) EXPECT_TRUE(RoomId::parse(text)) << text;
  for (const auto* text : {"", "-a", "Room", "a/b", "a.b", "raum 1", "..", "a\n"})
    EXPECT_FALSE(RoomId::parse(text)) << text;
  EXPECT_TRUE(RoomId::parse(std::string(63, 'a')));
  EXPECT_FALSE(RoomId::parse(std::string(64, 'a')));
}

TEST(Random, DiffersEveryTime) {
  EXPECT_EQ(random_hex(16).size(), 32U);
  EXPECT_NE(random_hex(16), random_hex(16));
}

}  // namespace
}  // namespace classcast
