// SPDX-License-Identifier: MIT
#include "device/ice_servers.hpp"

#include <gmock/gmock.h>

namespace classcast::device {
namespace {

using pipelines::IceServer;
using pipelines::turn_url;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(IceServers, AreReadWithTheirSignIn) {
  // As our relay writes them, in one header or several.
  EXPECT_THAT(
      ice_servers(
          "<turn:turn.example:3478?transport=udp>; rel=\"ice-server\"; username=\"1700000000:room-101\"; "
          "credential=\"a/b+c=\"; credential-type=\"password\", "
          "<turns:[2001:db8::1]:5349>; Rel=ice-server; username=u; credential=\"say \\\"hi\\\"\""),
      ElementsAre(IceServer{"turn:turn.example:3478?transport=udp", "1700000000:room-101", Secret("a/b+c=")},
                  IceServer{"turns:[2001:db8::1]:5349", "u", Secret("say \"hi\"")}));
}

TEST(IceServers, OtherLinksAreNone) {
  EXPECT_THAT(ice_servers(""), IsEmpty());
  EXPECT_THAT(ice_servers("<stun:stun.example>; rel=\"ice-server\""), IsEmpty());
  EXPECT_THAT(ice_servers("<turn:turn.example>; rel=next; rel=ice-server"), IsEmpty());
  EXPECT_THAT(
      ice_servers("</whip/a/b/layer>; rel=\"urn:ietf:params:whep:ext:core:layer\", <turn:a>;rel=ice-server"),
      SizeIs(1));
}

TEST(IceServers, NonsenseEndsTheList) {
  for (const auto* text :
       {"<", "<turn:a", "turn:a; rel=ice-server", "<turn:a>; rel", "<turn:a>; rel=\"ice-server",
        "<turn:a>;;;;===", "<turn:a>; rel=\"\\", ";,;,", "<>;rel=ice-server"}) {
    EXPECT_THAT(ice_servers(text), SizeIs(testing::Le(1))) << text;
  }
}

TEST(IceServers, AreLimitedInNumber) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += "<turn:a>; rel=ice-server,";
  EXPECT_THAT(ice_servers(many), SizeIs(kMaxIceServers));
}

TEST(IceServers, GiveWebrtcbinAnAddressWithNothingLeftToMistake) {
  EXPECT_EQ(turn_url({"turn:t.example:3478?transport=tcp", "17:room", Secret("a/b+c=@")}).reveal(),
            "turn://17%3Aroom:a%2Fb%2Bc%3D%40@t.example:3478?transport=tcp");
  EXPECT_TRUE(turn_url({"turns:t.example:5349", "u", Secret("p")}).empty());
}

}  // namespace
}  // namespace classcast::device
