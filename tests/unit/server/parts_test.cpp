// SPDX-License-Identifier: MIT
// The small pure parts: one-time codes, settings, stills, chat texts, uptime.
#include "server/api_chat.hpp"
#include "server/api_diary.hpp"
#include "server/api_keys.hpp"
#include "server/chat.hpp"
#include "server/school.hpp"
#include "server/stills.hpp"
#include "server/totp.hpp"

#include <gtest/gtest.h>

namespace classcast::server {
namespace {

/// RFC 6238 appendix B, SHA-1, the last six of eight digits; the secret is "12345678901234567890".
TEST(Totp, GivesTheCodesOfTheRfc) {
  auto secret = base32(as_bytes("12345678901234567890"));
  EXPECT_EQ(secret, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  const std::pair<std::int64_t, const char*> kVectors[] = {{59, "287082"},
                                                           {1111111109, "081804"},
                                                           {1111111111, "050471"},
                                                           {1234567890, "005924"},
                                                           {2000000000, "279037"}};
  for (auto [time, code] : kVectors) EXPECT_EQ(totp_code(secret, time / kTotpStepSeconds), code);
}

TEST(Totp, CodeIsGoodOneStepAroundNow) {
  auto secret = make_totp_secret();
  auto code = totp_code(secret, 100);
  for (std::int64_t step : {99, 100, 101}) EXPECT_EQ(totp_step_of(secret, code, step * 30 + 7), 100);
  EXPECT_FALSE(totp_step_of(secret, code, 102 * 30));
  for (const auto* wrong : {"", "1", "abcdef", "0000000"}) EXPECT_FALSE(totp_step_of(secret, wrong, 3000));
  EXPECT_EQ(totp_code("not base32!", 1), "");
}

TEST(Totp, Base32IsReadBack) {
  for (std::size_t size = 0; size < 12; ++size) {
    Buffer bytes(size, 0xa5);
    EXPECT_EQ(base32_decode(base32(bytes)), bytes) << size;
  }
  EXPECT_FALSE(base32_decode("a1"));
}

TEST(School, ChecksEverySettingAndItsDefault) {
  for (const auto& info : School::known()) EXPECT_TRUE(School::check(info.key, info.otherwise)) << info.key;
  for (auto [key, value] : {std::pair("people.sign_up", "maybe"), std::pair("audit.keep_days", "6"),
                            std::pair("diary.keep_days", "x"), std::pair("school.name", ""),
                            std::pair("no.such", "1"), std::pair("school.name", "a\nb")}) {
    auto checked = School::check(key, value);
    ASSERT_FALSE(checked) << key;
    EXPECT_EQ(checked.error().code, Errc::invalid);
  }
  EXPECT_TRUE(School::check("audit.keep_days", "0"));
  EXPECT_TRUE(School::check("audit.keep_days", "7"));
  School school;
  school.load({{"diary.keep_days", "30"}, {"people.sign_up", "maybe"}, {"from.the.future", "x"}});
  EXPECT_EQ(school.number("diary.keep_days"), 30);
  EXPECT_EQ(school.value("people.sign_up"), "closed");
}

TEST(Stills, TakesJpegsThatAreSmallAndSeldom) {
  const auto room = *RoomId::parse("room-1");
  const Buffer jpeg = {0xff, 0xd8, 0xff, 0xe0, 1, 2, 0xff, 0xd9};
  Stills stills;
  EXPECT_EQ(stills.find(room), nullptr);
  EXPECT_TRUE(stills.put(room, jpeg, 100'000));
  EXPECT_FALSE(stills.put(room, jpeg, 101'000));
  EXPECT_TRUE(stills.put(room, jpeg, 110'000));
  EXPECT_FALSE(stills.put(room, as_bytes("GIF89a"), 130'000));
  Buffer large(60'000, 0);
  std::copy(jpeg.begin(), jpeg.begin() + 4, large.begin());
  std::copy(jpeg.end() - 2, jpeg.end(), large.end() - 2);
  EXPECT_FALSE(stills.put(room, large, 150'000));
  EXPECT_EQ(stills.refused(), 3U);
  EXPECT_EQ(stills.find(room)->at_ms, 110'000);
  stills.remove(room);
  EXPECT_EQ(stills.find(room), nullptr);
}

TEST(ChatText, IsTrimmedCountedAndNeverCut) {
  EXPECT_EQ(*readable_message("  hello \n"), "hello");
  EXPECT_EQ(readable_message(" \n\t ").error().code, Errc::invalid);
  std::string most;
  for (std::size_t i = 0; i < Chat::kMaxCharacters; ++i) most += "ß";
  EXPECT_EQ(readable_message(most)->size(), 2 * Chat::kMaxCharacters);
  EXPECT_EQ(readable_message(most + "x").error().code, Errc::exhausted);
  EXPECT_TRUE(valid_client_id("aZ0_-"));
  for (const auto* bad : {"", "a b", "ü"}) EXPECT_FALSE(valid_client_id(bad));
  EXPECT_FALSE(valid_client_id(std::string(65, 'a')));
}

TEST(ChatExport, DisarmsFormulasAndQuotes) {
  EXPECT_EQ(csv_cell("say \"hi\", you"), "\"say \"\"hi\"\", you\"");
  for (const auto* formula : {"=1+1", "+1", "-1", "@x", "\tx"})
    EXPECT_EQ(csv_cell(formula)[1], '\'') << formula;
  EXPECT_EQ(utc_text(1'700'000'000'000), "2023-11-14T22:13:20Z");
  store::Message message{1, 1, 1, "=cmd()", "c", "line 1\nline 2", 1'700'000'000'000};
  EXPECT_EQ(chat_as_csv({message}),
            "id,time,author,text,edited,deleted,deleted_by\r\n"
            "1,2023-11-14T22:13:20Z,\"'=cmd()\",\"line 1\nline 2\",,,\"\"\r\n");
  message.deleted_ms = 1;
  EXPECT_NE(chat_as_text({message}).find("(deleted)"), std::string::npos);
}

TEST(Uptime, AddsUpTheTimeInEachState) {
  const auto room = *RoomId::parse("room-1");
  std::vector<store::DiaryEntry> entries = {
      {room, 50, "live", "", "", 50}, {room, 120, "offline", "", "", 120}, {room, 150, "live", "", "", 150}};
  auto states = time_in_states(entries, 100, 200);
  EXPECT_EQ(states, (std::map<std::string, std::int64_t>{{"live", 20 + 50}, {"offline", 30}}));
  EXPECT_TRUE(time_in_states({}, 0, 100).empty());
  EXPECT_EQ(time_in_states({entries[1]}, 100, 200).at("offline"), 80);
}

TEST(ShortCode, HasNoCharactersThatAreMistaken) {
  for (int i = 0; i < 100; ++i) {
    auto code = short_code();
    ASSERT_EQ(code.size(), 9U);
    EXPECT_EQ(code[4], '-');
    EXPECT_EQ(code.find_first_of("IO01"), std::string::npos);
    EXPECT_EQ(spelled_code(code).size(), 8U);
  }
  EXPECT_EQ(spelled_code(" abcd-2345 "), "ABCD2345");
}

}  // namespace
}  // namespace classcast::server
