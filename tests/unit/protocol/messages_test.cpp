// SPDX-License-Identifier: MIT
#include "protocol/agent.hpp"
#include "protocol/json.hpp"
#include "protocol/problem.hpp"
#include "protocol/relay_status.hpp"
#include "protocol/room.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace classcast::protocol {
namespace {

std::string fixture(const std::string& name) {
  std::ifstream in(std::string(FIXTURES) + "/protocol/" + name);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

/// Both texts as json-glib writes them, so that layout and the order of members do not matter.
bool same_json(const std::string& a, const std::string& b) {
  g_autoptr(JsonNode) left = json_from_string(a.c_str(), nullptr);
  g_autoptr(JsonNode) right = json_from_string(b.c_str(), nullptr);
  return left != nullptr && right != nullptr && json_node_equal(left, right) != 0;
}

Heartbeat heartbeat() {
  Heartbeat message;
  message.seq = 12;
  message.uptime_ms = 24000;
  message.camera = {SourceState::live, "", 600, 12, 40, 1'200'000, "H264", 1280, 720};
  message.microphone = {SourceState::backoff, "The microphone is not plugged in", 1200, 20, -23.5,
                        "room-101-mic"};
  message.uplink = {SourceState::live, "", 1800, 2'000'000, 1'250'000};
  return message;
}

TEST(AgentMessages, HeartbeatGoesThereAndBack) {
  auto text = to_json(heartbeat());
  auto parsed = parse_classroom_message(text);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(to_json(std::get<Heartbeat>(*parsed)), text);
  EXPECT_EQ(std::get<Heartbeat>(*parsed).microphone.cause, "The microphone is not plugged in");
}

TEST(AgentMessages, MeasurementsOfTheHostAndOfTheLowLayerGoThereAndBack) {
  auto message = heartbeat();
  message.camera.keyframe_ms = 2000;
  message.camera.low = LayerReport{SourceState::live, "", SourceState::paused, 50, 300'000, 640, 360};
  message.microphone.peak_dbfs = -12.5;
  message.uplink.state = SourceState::paused;
  message.uplink.loss_percent = 0.4;
  message.uplink.rtt_ms = 12;
  message.host = HostReport{3.5, 2048, 51, std::nullopt, -20};
  auto text = to_json(message);
  auto parsed = parse_classroom_message(text);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(to_json(std::get<Heartbeat>(*parsed)), text);
  EXPECT_EQ(std::get<Heartbeat>(*parsed).camera.low.uplink, SourceState::paused);
  EXPECT_EQ(text.find("disk_free_mb"), std::string::npos) << "an unknown figure is left out";
}

TEST(AgentMessages, UnknownMeasurementsAreLeftOut) {
  auto message = heartbeat();
  message.microphone.level_dbfs.reset();
  message.camera.width.reset();
  auto text = to_json(message);
  EXPECT_EQ(text.find("level_dbfs"), std::string::npos);
  auto parsed = parse_classroom_message(text);
  ASSERT_TRUE(parsed);
  EXPECT_FALSE(std::get<Heartbeat>(*parsed).camera.width.has_value());
}

TEST(AgentMessages, NamesTheMissingMember) {
  auto parsed = parse_classroom_message(R"({"type":"hello","protocol":1,"host":"pc"})");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message, "\"software\" is missing");
}

TEST(AgentMessages, RefusesAnUnknownState) {
  auto text = to_json(heartbeat());
  text.replace(text.find("\"live\""), 6, "\"fine\"");
  EXPECT_FALSE(parse_classroom_message(text));
}

TEST(AgentMessages, WelcomeCarriesTheGrant) {
  Welcome welcome{"room-101", "Room 101", 2000, {"/whip/room-101", Secret("t0ken"), 1'700'000'600}};
  auto parsed = parse_agent_command(to_json(welcome));
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(std::get<Welcome>(*parsed).publish.token.reveal(), "t0ken");
}

TEST(AgentMessages, AnUnknownCommandIsTold) {
  auto parsed = parse_agent_command(R"({"type":"dance"})");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, Errc::not_found);
}

TEST(RelayStatusMessage, GoesThereAndBack) {
  RelayStatus status{1'700'000'000'000, 1'699'999'990'000, 3, {}};
  PublisherStatus publisher{true, 8000, TrackStatus{"H264", 900, 200, 4, 40, 1'200'000}, {}};
  status.rooms = {{"room-101", 2, publisher}, {"room-102", 0, {}}};
  status.rooms[0].layers = {{"high", 1'200'000, 1280, 720, false}, {"low", 0, {}, {}, true}};
  status.rooms[0].quality.poor = 1;
  status.rooms[1].paused = true;
  auto text = to_json(status);
  auto parsed = parse_relay_status(text);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(to_json(*parsed), text);
  EXPECT_FALSE(parsed->rooms[0].publisher->audio.has_value());
  EXPECT_EQ(parsed->rooms[0].layers[0].width, 1280);
  EXPECT_TRUE(parsed->rooms[0].layers[1].paused);
}

TEST(RelayStatusMessage, OfAnOlderRelayIsUnderstood) {
  auto parsed = parse_relay_status(
      R"({"type":"status","now_ms":1,"started_ms":0,"sessions":0,"rooms":[{"room":"room-1","viewers":0}]})");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_FALSE(parsed->rooms[0].paused);
  EXPECT_TRUE(parsed->rooms[0].layers.empty());
}

TEST(Json, ReadsAnArrayOfTexts) {
  EXPECT_EQ(parse_texts(R"(["a","b"])").value(), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(parse_texts("[]").value().empty());
  for (const char* bad : {"", "{}", "[1]", R"(["a")", "null"}) EXPECT_FALSE(parse_texts(bad)) << bad;
}

TEST(RoomMessages, MatchTheSampleSharedWithTheViewer) {
  auto sample = fixture("room.json");
  auto reader = JsonReader::parse(sample);
  ASSERT_TRUE(reader);
  Room room{reader->text("id"),
            reader->text("name"),
            *room_state(reader->text("state")),
            *cause(reader->text("cause")),
            reader->text("detail"),
            reader->integer("since_ms"),
            reader->integer("viewers"),
            reader->optional_number("level_dbfs"),
            reader->optional_integer("last_frame_ms"),
            {}};
  auto video = reader->object("video");
  room.video = VideoInfo{video.text("codec"), video.optional_integer("width"),
                         video.optional_integer("height"), video.integer("bitrate_bps")};
  room.kind = reader->text("kind");
  room.archived = reader->boolean("archived");
  room.still_ms = reader->integer("still_ms");
  room.rights = reader->optional_texts("rights");
  ASSERT_TRUE(reader->finish());
  EXPECT_TRUE(same_json(to_json(room), sample)) << to_json(room);
}

TEST(Json, RefusesWhatIsNotOneObject) {
  for (const auto* text : {"", "[]", "1", "{", "{\"a\":1}}", "nul", "{\"a\":\xff}"}) {
    EXPECT_FALSE(JsonReader::parse(text)) << text;
  }
}

TEST(Json, RefusesDeepNesting) {
  std::string deep = "{\"a\":" + std::string(100'000, '[');
  EXPECT_FALSE(JsonReader::parse(deep));
}

TEST(Json, WritesAnInvalidByteAsReplacement) {
  auto text = JsonWriter().text("a", "x\xff\"y").finish();
  EXPECT_EQ(text, "{\"a\":\"x\xef\xbf\xbd\\\"y\"}");
}

TEST(Problem, HasTheFormOfTheSample) {
  auto sample = fixture("problem.json");
  auto reader = JsonReader::parse(sample);
  ASSERT_TRUE(reader);
  auto body = JsonReader::parse(problem_json(error_id(Errc::not_found), "There is no room \"room-9\"."));
  ASSERT_TRUE(body);
  EXPECT_EQ(body->text("type"), "urn:classcast:error:not-found");
  EXPECT_EQ(body->integer("status"), 404);
  EXPECT_FALSE(reader->text("type").empty());
}

}  // namespace
}  // namespace classcast::protocol
