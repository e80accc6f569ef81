// SPDX-License-Identifier: MIT
#include "relay/whep_events.hpp"

#include "relay/whep_extensions.hpp"

#include <gtest/gtest.h>

#include <array>

namespace classcast::relay {

namespace {

EventKinds all() {
  EventKinds kinds;
  for (auto name : {"active", "inactive", "layers", "viewercount", "quality"})
    kinds.add(*parse_event_kind(name));
  return kinds;
}

SessionView live() {
  SessionView view;
  view.active = true;
  view.layers = {{LayerName::high, 2'000'000, rtc::PictureSize{1280, 720}},
                 {LayerName::low, 300'000, std::nullopt}};
  view.viewers = 3;
  view.layer = LayerName::high;
  return view;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST(WhepEvents, TellANewClientEverythingButWhatIsNotTheCase) {
  auto text = events_between(std::nullopt, live(), all());
  EXPECT_TRUE(has(text, "event: active\ndata: {}\n\n")) << text;
  EXPECT_FALSE(has(text, "inactive"));
  EXPECT_TRUE(has(text, "event: viewercount\ndata: {\"viewercount\":3}\n\n"));
  EXPECT_TRUE(has(text, "event: quality\ndata: {\"quality\":\"good\"}\n\n"));
  EXPECT_TRUE(
      has(text, R"({"0":[{"rid":"high","encodingId":"high","bitrate":2000000,"width":1280,"height":720},)"))
      << text;
  EXPECT_TRUE(
      has(text, R"({"rid":"low","encodingId":"low","bitrate":300000}],"wish":"auto","current":"high"})"));
  SessionView nothing;
  EXPECT_FALSE(has(events_between(std::nullopt, nothing, all()), "active"))
      << "nothing is said of an end before a beginning";
}

TEST(WhepEvents, TellOnlyWhatIsNewAndWanted) {
  auto before = live();
  auto after = live();
  EXPECT_EQ(events_between(before, after, all()), "");
  after.layers[0].bitrate_bps = 2'300'000;
  EXPECT_EQ(events_between(before, after, all()), "") << "a bitrate always moves a little";
  after.layers[1].bitrate_bps = 0;
  EXPECT_TRUE(has(events_between(before, after, all()), "event: layers"));
  after = live();
  after.active = false;
  EXPECT_EQ(events_between(before, after, all()), "event: inactive\ndata: {}\n\n");
  EventKinds only;
  only.add(EventKind::viewercount);
  EXPECT_EQ(events_between(before, after, only), "");
  after.viewers = 4;
  EXPECT_EQ(events_between(before, after, only), "event: viewercount\ndata: {\"viewercount\":4}\n\n");
}

TEST(WhepExtensions, AreFoundByTheirPath) {
  using Parts = std::vector<std::string_view>;
  EXPECT_EQ(parse_extension(Parts{"layer"})->kind, Extension::Kind::layer);
  EXPECT_EQ(parse_extension(Parts{"sse"})->kind, Extension::Kind::events);
  EXPECT_EQ(parse_extension(Parts{"sse", "abc"})->stream, "abc");
  for (const auto& parts : {Parts{}, Parts{"layers"}, Parts{"layer", "x"}, Parts{"sse", "a", "b"}}) {
    EXPECT_FALSE(parse_extension(parts));
  }
}

TEST(WhepExtensions, ReadTheLayerFromTheQuery) {
  EXPECT_EQ(wish_of_query(""), std::optional<LayerWish>(std::in_place));
  EXPECT_EQ(wish_of_query("a=b&layer=low"), std::optional<LayerWish>(LayerName::low));
  EXPECT_EQ(wish_of_query("layer=auto"), std::optional<LayerWish>(std::in_place));
  EXPECT_FALSE(wish_of_query("layer=huge"));
}

}  // namespace classcast::relay
