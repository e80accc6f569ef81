// SPDX-License-Identifier: MIT
#include "rtc/ice_lite.hpp"

#include <gtest/gtest.h>

namespace classcast::rtc {
namespace {

const Instant kStart{std::chrono::hours(1)};
const IceCredentials kLocal{"localufrag", Secret("local password of length")};
const IceCredentials kRemote{"remoteufrag", Secret("remote password of length")};

Tuple tuple(std::uint16_t port) {
  return {Address::v4({192, 0, 2, 1}, 8443), Address::v4({198, 51, 100, 7}, port), Transport::udp};
}

class IceLiteTest : public testing::Test {
 protected:
  enum class Nominate { no, yes };

  /// Sends a check and returns the response.
  std::optional<StunMessage> check(std::uint16_t port, Nominate nominate, std::string_view username,
                                   std::string_view password) {
    std::array<std::uint8_t, 256> request{};
    StunBuilder builder(request, StunClass::request, {1});
    builder.username(username).priority(1).ice_controlling(5);
    if (nominate == Nominate::yes) builder.use_candidate();
    auto response = ice.receive(tuple(port), builder.finish(password), out, now);
    return StunMessage::parse(response);
  }
  std::optional<StunMessage> check(std::uint16_t port, Nominate nominate = Nominate::no) {
    return check(port, nominate, "localufrag:remoteufrag", kLocal.pwd.reveal());
  }

  IceLite ice{kLocal, kRemote};
  Instant now = kStart;
  std::array<std::uint8_t, IceLite::kMaxResponse> out{};
};

TEST_F(IceLiteTest, answers_a_genuine_check_with_the_address_it_saw) {
  auto response = check(1000);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->cls, StunClass::success);
  EXPECT_EQ(response->mapped_address, tuple(1000).remote);
  EXPECT_TRUE(response->verify(kLocal.pwd.reveal()));
  EXPECT_TRUE(ice.validated(tuple(1000)));
  EXPECT_FALSE(ice.validated(tuple(1001)));
  EXPECT_EQ(ice.consent(), kStart);
}

TEST_F(IceLiteTest, refuses_wrong_passwords_and_names) {
  EXPECT_EQ(check(1000, Nominate::yes, "localufrag:remoteufrag", "wrong")->error_code, 401);
  EXPECT_EQ(check(1000, Nominate::yes, "localufrag:other", kLocal.pwd.reveal())->error_code, 401);
  EXPECT_EQ(check(1000, Nominate::yes, "other:remoteufrag", kLocal.pwd.reveal())->error_code, 401);
  EXPECT_EQ(check(1000, Nominate::yes, "nocolon", kLocal.pwd.reveal())->error_code, 401);
  EXPECT_FALSE(ice.validated(tuple(1000)));
  EXPECT_FALSE(ice.selected());
  EXPECT_FALSE(ice.consent());
  EXPECT_EQ(ice.rejected(), 4U);
}

TEST_F(IceLiteTest, asks_for_a_username) {
  std::array<std::uint8_t, 256> request{};
  auto bytes = StunBuilder(request, StunClass::request, {1}).finish(kLocal.pwd.reveal());
  EXPECT_EQ(StunMessage::parse(ice.receive(tuple(1), bytes, out, now))->error_code, 400);
}

TEST_F(IceLiteTest, asks_for_message_integrity) {
  std::array<std::uint8_t, 256> request{};
  auto bytes = StunBuilder(request, StunClass::request, {1}).username("localufrag:remoteufrag").finish({});
  EXPECT_EQ(StunMessage::parse(ice.receive(tuple(1), bytes, out, now))->error_code, 400);
  EXPECT_FALSE(ice.validated(tuple(1)));
}

TEST_F(IceLiteTest, believes_the_first_of_two_usernames) {
  std::array<std::uint8_t, 256> request{};
  StunBuilder builder(request, StunClass::request, {1});
  auto bytes = builder.username("localufrag:remoteufrag").username("other:other").finish(kLocal.pwd.reveal());
  EXPECT_EQ(StunMessage::parse(ice.receive(tuple(1), bytes, out, now))->cls, StunClass::success);
}

TEST_F(IceLiteTest, names_an_attribute_that_it_does_not_understand) {
  std::array<std::uint8_t, 256> request{};
  StunBuilder builder(request, StunClass::request, {1});
  // UNKNOWN-ATTRIBUTES is harmless, and stands in the response as well.
  auto bytes = builder.username("localufrag:remoteufrag").unknown_attribute(0x27).finish(kLocal.pwd.reveal());
  EXPECT_EQ(StunMessage::parse(ice.receive(tuple(1), bytes, out, now))->cls, StunClass::success);
}

TEST_F(IceLiteTest, follows_the_latest_nomination) {
  check(1000);
  EXPECT_EQ(ice.selected(), tuple(1000)) << "before any nomination the first checked path has to do";
  check(1001, Nominate::yes);
  EXPECT_EQ(ice.selected(), tuple(1001));
  check(1002);
  EXPECT_EQ(ice.selected(), tuple(1001));
  check(1000, Nominate::yes);
  EXPECT_EQ(ice.selected(), tuple(1000));
}

TEST_F(IceLiteTest, keeps_eight_paths_and_never_forgets_the_selected_one) {
  check(1000, Nominate::yes);
  for (std::uint16_t port = 1001; port < 1020; ++port) {
    now += 1s;
    check(port);
  }
  EXPECT_TRUE(ice.validated(tuple(1000)));
  EXPECT_FALSE(ice.validated(tuple(1001)));
  EXPECT_FALSE(ice.validated(tuple(1012)));
  for (std::uint16_t port = 1013; port < 1020; ++port) EXPECT_TRUE(ice.validated(tuple(port))) << port;
}

TEST_F(IceLiteTest, answers_both_generations_until_the_new_one_nominates) {
  check(1000, Nominate::yes);
  IceCredentials local{"newlocal", Secret("new local password here")};
  ice.restart(local, {"newremote", Secret("new remote password here")});
  EXPECT_EQ(check(1000)->cls, StunClass::success);
  EXPECT_EQ(check(1001, Nominate::no, "newlocal:newremote", local.pwd.reveal())->cls, StunClass::success);
  EXPECT_EQ(ice.selected(), tuple(1000));
  check(1001, Nominate::yes, "newlocal:newremote", local.pwd.reveal());
  EXPECT_EQ(ice.selected(), tuple(1001));
  EXPECT_EQ(check(1000, Nominate::yes)->error_code, 401);
  EXPECT_EQ(ice.selected(), tuple(1001));
}

TEST_F(IceLiteTest, tells_a_remote_that_believes_it_is_controlled_of_the_conflict) {
  std::array<std::uint8_t, 256> request{};
  auto bytes = StunBuilder(request, StunClass::request, {1})
                   .username("localufrag:remoteufrag")
                   .ice_controlled(9)
                   .finish(kLocal.pwd.reveal());
  auto response = StunMessage::parse(ice.receive(tuple(1), bytes, out, now));
  EXPECT_EQ(response->error_code, 487);
  EXPECT_TRUE(response->verify(kLocal.pwd.reveal()));
  EXPECT_FALSE(ice.validated(tuple(1)));
}

TEST_F(IceLiteTest, says_nothing_to_responses_and_indications) {
  std::array<std::uint8_t, 256> message{};
  for (auto cls : {StunClass::success, StunClass::error, StunClass::indication}) {
    auto bytes =
        StunBuilder(message, cls, {1}).username("localufrag:remoteufrag").finish(kLocal.pwd.reveal());
    EXPECT_TRUE(ice.receive(tuple(1), bytes, out, now).empty());
  }
  EXPECT_FALSE(ice.consent());
}

}  // namespace
}  // namespace classcast::rtc
