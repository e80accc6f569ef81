// SPDX-License-Identifier: MIT
#include "server/router.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace classcast::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

Router example() {
  Router router;
  for (const auto& [method, pattern] :
       std::vector<std::pair<std::string, std::string>>{{"GET", "/api/rooms"},
                                                        {"POST", "/api/rooms"},
                                                        {"DELETE", "/api/rooms/{id}"},
                                                        {"POST", "/api/rooms/{id}/watch"},
                                                        {"*", "/whep/{path...}"}}) {
    router.add({method, pattern, Access::open, nullptr});
  }
  return router;
}

std::string pattern_of(const Router& router, std::string_view method, std::string_view path) {
  auto match = router.find(method, path);
  return match.route == nullptr ? "" : match.route->method + " " + match.route->pattern;
}

TEST(Router, FindsByMethodAndPath) {
  auto router = example();
  EXPECT_EQ(pattern_of(router, "GET", "/api/rooms"), "GET /api/rooms");
  EXPECT_EQ(pattern_of(router, "POST", "/api/rooms"), "POST /api/rooms");
  EXPECT_EQ(pattern_of(router, "HEAD", "/api/rooms"), "GET /api/rooms");
}

TEST(Router, ReadsParameters) {
  auto router = example();
  EXPECT_THAT(router.find("DELETE", "/api/rooms/room-9").parameters, ElementsAre(Pair("id", "room-9")));
  EXPECT_THAT(router.find("PATCH", "/whep/room-9/session/x").parameters,
              ElementsAre(Pair("path", "room-9/session/x")));
}

TEST(Router, TellsOtherMethodsOfThePath) {
  auto match = example().find("PUT", "/api/rooms");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_THAT(match.allowed, ElementsAre("GET", "HEAD", "POST"));
}

TEST(Router, UnknownPathsFitNothing) {
  auto router = example();
  for (const auto* path : {"/", "", "/api", "/api/rooms/", "/api/rooms/a/b", "/api/rooms//watch",
                           "/api/roomsx", "//api/rooms", "/API/rooms"}) {
    auto match = router.find("GET", path);
    EXPECT_EQ(match.route, nullptr) << path;
    EXPECT_THAT(match.allowed, IsEmpty()) << path;
  }
}

}  // namespace
}  // namespace classcast::server
