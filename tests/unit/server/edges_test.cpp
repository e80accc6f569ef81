// SPDX-License-Identifier: MIT
// What passes at the edges: proxied headers, addresses of the viewer, names of rooms, metrics.
#include "server/api_rooms.hpp"
#include "server/operations.hpp"
#include "server/relay_proxy.hpp"
#include "server/static_files.hpp"
#include "unit/server/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace classcast::server {
namespace {

TEST(RelayProxy, PassesOnlyWhatTheRelayNeeds) {
  for (const auto* name : {"authorization", "Content-Type", "If-Match", "Accept", "origin"}) {
    EXPECT_TRUE(passes_to_relay(name)) << name;
  }
  for (const auto* name :
       {"Cookie", "X-CSRF-Token", "Host", "Connection", "X-Forwarded-For", "Transfer-Encoding"}) {
    EXPECT_FALSE(passes_to_relay(name)) << name;
  }
}

TEST(RelayProxy, PassesBackWhatTheCallerNeeds) {
  for (const auto* name : {"location", "ETag", "Link", "Retry-After", "WWW-Authenticate", "Accept-Post",
                           "Access-Control-Allow-Origin", "access-control-expose-headers"}) {
    EXPECT_TRUE(passes_to_caller(name)) << name;
  }
  for (const auto* name :
       {"Set-Cookie", "Connection", "Content-Length", "Server", "Strict-Transport-Security"}) {
    EXPECT_FALSE(passes_to_caller(name)) << name;
  }
}

TEST(AppRoute, PagesAreThoseWithoutAnEndingOutsideTheInterfaces) {
  for (const auto* path : {"/", "/rooms/room-101", "/settings/", "/sign-in"})
    EXPECT_TRUE(is_app_route(path)) << path;
  for (const auto* path :
       {"/favicon.ico", "/assets/x", "/api/v1/nope", "/ws", "/agent/x", "/whep/room", "/x.js"}) {
    EXPECT_FALSE(is_app_route(path)) << path;
  }
}

TEST(StaticFiles, NeedAnIndexAndKeepWhatTheyHad) {
  TemporaryDirectory directory;
  StaticFiles files;
  EXPECT_FALSE(files.load(directory.path()));
  EXPECT_FALSE(files.load(directory.path() / "none"));
  EXPECT_FALSE(files.loaded());
  (void)directory.write("index.html", "<html>");
  EXPECT_TRUE(files.load(directory.path()));
  EXPECT_FALSE(files.load(directory.path() / "none"));
  EXPECT_TRUE(files.loaded());
}

TEST(RoomName, IsShortTextOnOneLine) {
  EXPECT_TRUE(valid_room_name("Room 101"));
  EXPECT_TRUE(valid_room_name("Musik \"Süd\" <b>"));
  EXPECT_FALSE(valid_room_name(""));
  EXPECT_FALSE(valid_room_name(" Room"));
  EXPECT_FALSE(valid_room_name("Room\n101"));
  EXPECT_FALSE(valid_room_name(std::string(101, 'x')));
}

TEST(Metrics, ArePrometheusText) {
  Figures figures;
  figures.rooms = 26;
  figures.answers[2] = 7;
  auto text = metrics_text(figures);
  EXPECT_NE(text.find("# TYPE classcast_rooms gauge\nclasscast_rooms 26\n"), std::string::npos);
  EXPECT_NE(text.find("classcast_http_answers_total{class=\"2xx\"} 7\n"), std::string::npos);
}

}  // namespace
}  // namespace classcast::server
