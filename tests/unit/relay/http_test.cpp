// SPDX-License-Identifier: MIT
// WhipWhep, Access and Monitor without a server: requests in, replies out.
#include "glib/main_loop.hpp"
#include "relay/eviction_api.hpp"
#include "relay/monitor.hpp"
#include "relay/rate_limit.hpp"
#include "relay/whip_whep.hpp"
#include "unit/relay/media.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

namespace classcast::relay {

namespace {

constexpr const char* kId = "0123456789abcdef0123456789abcdef";

/// Answers at once with what the test put in.
class FakeGateway final : public Gateway {
 public:
  void open(OpenRequest request, Done<Outcome<Opened>> done) override {
    opened.push_back(std::move(request));
    done(open_result);
  }
  void patch(PatchRequest request, Done<Outcome<Patched>> done) override {
    patched.push_back(std::move(request));
    done(patch_result);
  }
  void close(SessionName, Done<bool> done) override { done(std::exchange(there, false)); }
  void evict(Eviction eviction, Done<std::size_t> done) override {
    evicted.push_back(std::move(eviction));
    done(2);
  }
  void exists(SessionName, Done<bool> done) override { done(there); }
  void choose_layer(SessionName, LayerWish wish, Done<bool> done) override {
    wishes.push_back(wish);
    done(there);
  }
  void view(SessionName, Done<std::optional<SessionView>> done) override {
    done(there ? std::optional(view_result) : std::nullopt);
  }
  void status(Done<protocol::RelayStatus> done) override { done({}); }
  void totals(Done<SessionTotals> done) override { done({}); }

  Outcome<Opened> open_result = Opened{kId, "tag", "v=0 answer"};
  Outcome<Patched> patch_result = Patched{"tag", std::nullopt};
  bool there = true;
  SessionView view_result;
  std::vector<LayerWish> wishes;
  std::vector<OpenRequest> opened;
  std::vector<Eviction> evicted;
  std::vector<PatchRequest> patched;
};

std::int64_t now_s() {
  return unix_ms() / 1000;
}

}  // namespace

class HttpTest : public ::testing::Test {
 protected:
  HttpTest()
      : keys_(*protocol::make_token_keys()), signer_(*protocol::TokenSigner::create(keys_.private_pem)) {
    auto pattern = (std::filesystem::temp_directory_path() / "relay-http-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    access_.emplace(AccessOptions{(directory_ / "token.pub").string(), true, 100});
    whip_.emplace(
        gateway_, *access_, [](const HttpRequest&) { return std::vector<rtc::Candidate>(); },
        EndpointOptions{});
  }
  ~HttpTest() override { std::filesystem::remove_all(directory_); }

  void install_key() { std::ofstream(directory_ / "token.pub") << keys_.public_pem; }
  std::string token(protocol::Right can, const char* room = "room-1") {
    return signer_.sign("user:1", room, can, now_s());
  }
  static HttpRequest request(const char* method, std::string path, const std::string& bearer = {},
                             const char* type = nullptr, std::string body = {}) {
    HttpRequest request{method, std::move(path), {}, std::move(body), false, "127.0.0.1", true, {}};
    if (!bearer.empty()) request.headers["authorization"] = "Bearer " + bearer;
    if (type != nullptr) request.headers["content-type"] = type;
    return request;
  }
  HttpReply ask(const HttpRequest& request) {
    std::optional<HttpReply> reply;
    whip_->handle(request, [&reply](HttpReply answer) { reply = std::move(answer); });
    EXPECT_TRUE(reply) << "every request is answered";
    return reply.value_or(HttpReply{});
  }
  HttpReply post(const std::string& bearer, const char* type = "application/sdp") {
    return ask(request("POST", "/whep/room-1", bearer, type, "v=0"));
  }

  protocol::KeyPair keys_;
  protocol::TokenSigner signer_;
  std::filesystem::path directory_;
  FakeGateway gateway_;
  std::optional<Access> access_;
  std::optional<WhipWhep> whip_;
};

TEST_F(HttpTest, PostWithARightTokenOpensASession) {
  install_key();
  auto reply = post(token(protocol::Right::watch), "Application/SDP; charset=utf-8");
  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(reply.content_type, "application/sdp");
  EXPECT_EQ(reply.body, "v=0 answer");
  EXPECT_EQ(reply.header("Location"), std::string("/whep/room-1/") + kId);
  EXPECT_EQ(reply.header("ETag"), "\"tag\"");
  EXPECT_EQ(reply.header("Access-Control-Allow-Origin"), "*");
  ASSERT_EQ(gateway_.opened.size(), 1U);
  EXPECT_EQ(gateway_.opened[0].offer, "v=0");
}

TEST_F(HttpTest, UntilTheKeyIsThereTheClientIsToldToComeAgain) {
  auto reply = post(token(protocol::Right::watch));
  EXPECT_EQ(reply.status, 503);
  EXPECT_TRUE(reply.header("Retry-After"));
  EXPECT_FALSE(access_->ready(now()));
}

TEST_F(HttpTest, TokensAreCheckedForSignatureRoomRightAndTime) {
  install_key();
  EXPECT_EQ(post("").status, 401);
  EXPECT_TRUE(post("").header("WWW-Authenticate"));
  EXPECT_EQ(post("a.b.c").status, 401);
  EXPECT_EQ(post(token(protocol::Right::publish)).status, 403);
  EXPECT_EQ(post(token(protocol::Right::watch, "room-2")).status, 403);
  EXPECT_EQ(post(signer_.sign("user:1", "room-1", protocol::Right::watch, now_s() - 3600)).status, 401);
  auto foreign = protocol::TokenSigner::create(protocol::make_token_keys()->private_pem);
  EXPECT_EQ(post(foreign->sign("user:1", "room-1", protocol::Right::watch, now_s())).status, 401);
  EXPECT_TRUE(gateway_.opened.empty());
  EXPECT_EQ(access_->rejected(), 7U);
}

TEST_F(HttpTest, TheServerTakesRightsBack) {
  install_key();
  EvictionApi evictions(gateway_, *access_);
  auto evict = [&](const std::string& bearer, std::string body) {
    HttpReply reply;
    evictions.handle(request("POST", "/evictions", bearer, "application/json", std::move(body)),
                     [&reply](HttpReply answer) { reply = std::move(answer); });
    return reply;
  };
  const auto viewer = token(protocol::Right::watch);
  const auto order = fmt::format(R"({{"room":"room-1","until_ms":{}}})", unix_ms());
  EXPECT_EQ(evict("", order).status, 401);
  EXPECT_EQ(evict(viewer, order).status, 403);
  const auto server = signer_.sign("server/evictions", "*", protocol::Right::end, now_s());
  EXPECT_EQ(evict(server, R"({"until_ms":1})").status, 400) << "nobody in particular is not everybody";
  EXPECT_EQ(evict(server, R"({"room":"room-1"})").status, 400);
  EXPECT_TRUE(gateway_.evicted.empty());
  EXPECT_EQ(post(viewer).status, 201);
  EXPECT_EQ(evict(server, order).body, R"({"ended":2})");
  ASSERT_EQ(gateway_.evicted.size(), 1U);
  EXPECT_EQ(gateway_.evicted[0].room, "room-1");
  EXPECT_EQ(post(viewer).status, 401) << "it was signed before";
}

TEST_F(HttpTest, WrongBodiesAreRefused) {
  install_key();
  EXPECT_EQ(post(token(protocol::Right::watch), "text/plain").status, 415);
  EXPECT_EQ(post(token(protocol::Right::watch), nullptr).status, 415);
  auto large = request("POST", "/whep/room-1", token(protocol::Right::watch), "application/sdp");
  large.body_too_large = true;
  EXPECT_EQ(ask(large).status, 413);
  EXPECT_EQ(ask(request("PATCH", std::string("/whep/room-1/") + kId, "", "application/sdp", "x")).status,
            415);
}

TEST_F(HttpTest, RefusalsBecomeProblemDocuments) {
  install_key();
  gateway_.open_result = refuse(protocol::ErrorId::conflict, "Nobody publishes.", 1);
  auto reply = post(token(protocol::Right::watch));
  EXPECT_EQ(reply.status, 409);
  EXPECT_EQ(reply.content_type, protocol::kProblemType);
  EXPECT_EQ(reply.header("Retry-After"), "1");
  EXPECT_NE(reply.body.find("urn:classcast:error:conflict"), std::string::npos);
}

TEST_F(HttpTest, TheSessionUrlIsItsOwnKey) {
  install_key();
  auto path = std::string("/whep/room-1/") + kId;
  EXPECT_EQ(ask(request("GET", path)).status, 204);
  EXPECT_EQ(ask(request("GET", path, token(protocol::Right::watch, "room-2"))).status, 403);
  EXPECT_EQ(ask(request("GET", path, "a.b.c")).status, 401);
  auto expired = signer_.sign("user:1", "room-1", protocol::Right::watch, now_s() - 3600);
  EXPECT_EQ(ask(request("DELETE", path, expired)).status, 200) << "an outlived token hangs up all the same";
  EXPECT_EQ(ask(request("DELETE", path)).status, 404);
  EXPECT_EQ(ask(request("GET", path)).status, 404);
}

TEST_F(HttpTest, PatchPassesIfMatchOnAndAnswersTrickleWithNothing) {
  install_key();
  auto patch =
      request("PATCH", std::string("/whep/room-1/") + kId, "", "application/trickle-ice-sdpfrag", "a=x");
  auto reply = ask(patch);
  EXPECT_EQ(reply.status, 204);
  EXPECT_FALSE(reply.header("ETag"));
  EXPECT_FALSE(gateway_.patched[0].if_match);
  patch.headers["if-match"] = "\"tag\"";
  gateway_.patch_result = Patched{"next", "a=ice-lite"};
  reply = ask(patch);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.content_type, "application/trickle-ice-sdpfrag");
  EXPECT_EQ(reply.header("ETag"), "\"next\"");
  EXPECT_EQ(gateway_.patched[1].if_match, "\"tag\"");
}

TEST_F(HttpTest, StrictModeDemandsIfMatch) {
  whip_.emplace(
      gateway_, *access_, [](const HttpRequest&) { return std::vector<rtc::Candidate>(); },
      EndpointOptions{IfMatch::required, {}, {}, {}});
  auto patch =
      request("PATCH", std::string("/whep/room-1/") + kId, "", "application/trickle-ice-sdpfrag", "a=x");
  EXPECT_EQ(ask(patch).status, 428);
}

TEST_F(HttpTest, AFullRelaySendsClientsOnIfItKnowsWhere) {
  install_key();
  EndpointOptions options;
  options.redirect_to = "https://other.example:8443";
  auto candidates = [](const HttpRequest&) { return std::vector<rtc::Candidate>(); };
  whip_.emplace(gateway_, *access_, candidates, options);
  EXPECT_EQ(post(token(protocol::Right::watch)).status, 201);
  gateway_.open_result = refuse(protocol::ErrorId::unavailable, "Full.", 10);
  auto asked = request("POST", "/whep/room-1", token(protocol::Right::watch), "application/sdp", "v=0");
  asked.query = "layer=low";
  auto reply = ask(asked);
  EXPECT_EQ(reply.status, 307);
  EXPECT_EQ(reply.header("Location"), "https://other.example:8443/whep/room-1?layer=low");
  gateway_.open_result = refuse(protocol::ErrorId::conflict, "Nobody publishes.", 1);
  EXPECT_EQ(post(token(protocol::Right::watch)).status, 409);
  EXPECT_EQ(post("").status, 401) << "strangers are not told of the other relay";
  options.redirect_when = RedirectWhen::always;
  whip_.emplace(gateway_, *access_, candidates, options);
  EXPECT_EQ(post(token(protocol::Right::watch)).status, 307);
}

TEST_F(HttpTest, TurnServersAreNamedToThoseWhoAreLetInOnly) {
  install_key();
  EndpointOptions options;
  options.turn = {{"turn:turn.example:3478?transport=udp", "stun:stun.example"}, Secret("north wind"), 60s};
  whip_.emplace(
      gateway_, *access_, [](const HttpRequest&) { return std::vector<rtc::Candidate>(); }, options);
  EXPECT_TRUE(post(token(protocol::Right::watch)).header("Link"));
  EXPECT_FALSE(post("").header("Link"));
  EXPECT_FALSE(ask(request("OPTIONS", "/whip/room-1")).header("Link"));
}

TEST(Turn, CredentialsAreThoseOfTheRestApi) {
  TurnOptions options{
      {"turn:turn.example:3478?transport=udp", "stun:stun.example"}, Secret("north wind"), 60s};
  auto links = ice_server_links(options, "room-1", 1'700'000'000);
  ASSERT_EQ(links.size(), 2U);
  // printf 1700000060:room-1 | openssl dgst -sha1 -hmac "north wind" -binary | base64
  EXPECT_EQ(links[0],
            "<turn:turn.example:3478?transport=udp>; rel=\"ice-server\"; username=\"1700000060:room-1\"; "
            "credential=\"UJZfAzYy8t1l+4hF3vRUSsWJMjk=\"; credential-type=\"password\"");
  EXPECT_EQ(links[1], "<stun:stun.example>; rel=\"ice-server\"");
  for (const char* wrong : {"http://x", "turn:", "turn:a>;b", "turn:a b", "", "turn:a\"b"}) {
    EXPECT_FALSE(is_ice_server_uri(wrong)) << wrong;
  }
}

TEST_F(HttpTest, PreflightNeedsNoToken) {
  auto reply = ask(request("OPTIONS", "/whip/room-1"));
  EXPECT_EQ(reply.status, 204);
  EXPECT_EQ(reply.header("Accept-Post"), "application/sdp");
  EXPECT_NE(reply.header("Access-Control-Allow-Headers")->find("If-Match"), std::string::npos);
  EXPECT_NE(reply.header("Access-Control-Allow-Methods")->find("PATCH"), std::string::npos);
  EXPECT_FALSE(reply.header("Link"));
}

TEST_F(HttpTest, OtherPathsAndMethodsAreRefused) {
  install_key();
  for (const char* path :
       {"/whip/", "/whip/UPPER", "/whip/room-1/short", "/whip/a/b/c", "/whip/..", "/whip/room-1/"}) {
    EXPECT_EQ(ask(request("POST", path)).status, 404) << path;
  }
  auto reply = ask(request("PUT", "/whip/room-1"));
  EXPECT_EQ(reply.status, 405);
  EXPECT_TRUE(reply.header("Allow"));
  EXPECT_EQ(ask(request("HEAD", "/whep/room-1")).content_type, "application/sdp");
  EXPECT_EQ(ask(request("GET", "/whip/room-1")).status, 204);
}

TEST_F(HttpTest, TooManyRequestsOfOneOwnerAreRefused) {
  install_key();
  access_.emplace(AccessOptions{(directory_ / "token.pub").string(), true, 1});
  whip_.emplace(
      gateway_, *access_, [](const HttpRequest&) { return std::vector<rtc::Candidate>(); },
      EndpointOptions{});
  int refused = 0;
  for (int i = 0; i < 20; ++i) refused += post(token(protocol::Right::watch)).status == 429 ? 1 : 0;
  EXPECT_GE(refused, 9);
  EXPECT_LE(refused, 10);
  auto other = signer_.sign("user:2", "room-1", protocol::Right::watch, now_s());
  EXPECT_EQ(post(other).status, 201);
}

TEST_F(HttpTest, APublisherNamesItsPartAndAViewerItsLayerInTheAddress) {
  install_key();
  auto publish = token(protocol::Right::publish);
  EXPECT_EQ(ask(request("POST", "/whip/room-1/low", publish, "application/sdp", "v=0")).status, 201);
  EXPECT_EQ(ask(request("POST", "/whip/room-1", publish, "application/sdp", "v=0")).status, 201);
  auto watch = request("POST", "/whep/room-1", token(protocol::Right::watch), "application/sdp", "v=0");
  watch.query = "layer=low";
  EXPECT_EQ(ask(watch).status, 201);
  watch.query = "layer=tiny";
  EXPECT_EQ(ask(watch).status, 400);
  ASSERT_EQ(gateway_.opened.size(), 3U);
  EXPECT_EQ(gateway_.opened[0].part, Part::low);
  EXPECT_EQ(gateway_.opened[1].part, Part::main);
  EXPECT_EQ(gateway_.opened[2].wish, LayerWish(LayerName::low));
}

TEST_F(HttpTest, ATokenMayBeLimitedToOneLayer) {
  install_key();
  auto low = signer_.sign({"device:x", "room-1", protocol::Right::publish, now_s() + 60, "1", "low"});
  EXPECT_EQ(ask(request("POST", "/whip/room-1/low", low, "application/sdp", "v=0")).status, 201);
  EXPECT_EQ(ask(request("POST", "/whip/room-1", low, "application/sdp", "v=0")).status, 403);
}

TEST_F(HttpTest, AViewerIsToldOfTheLayerAndEventResources) {
  install_key();
  auto reply = post(token(protocol::Right::watch));
  std::string links;
  for (const auto& [name, value] : reply.headers) links += name == "Link" ? value + "\n" : "";
  auto session = std::string("/whep/room-1/") + kId;
  EXPECT_NE(links.find("<" + session + "/layer>; rel=\"urn:ietf:params:whep:ext:core:layer\""),
            std::string::npos);
  EXPECT_NE(links.find("<" + session + "/sse>; rel=\"urn:ietf:params:whep:ext:core:server-sent-events\""),
            std::string::npos);
}

TEST_F(HttpTest, ALayerIsChosenByItsResource) {
  install_key();
  auto choose = [&](const char* body, const char* type = "application/json") {
    return ask(request("POST", std::string("/whep/room-1/") + kId + "/layer", {}, type, body)).status;
  };
  EXPECT_EQ(choose(R"({"mediaId":"0","encodingId":"low"})"), 200);
  EXPECT_EQ(choose(R"({"rid":"high"})"), 200);
  EXPECT_EQ(choose("{}"), 200) << "automatic again";
  EXPECT_EQ(gateway_.wishes, (std::vector<LayerWish>{LayerName::low, LayerName::high, std::nullopt}));
  EXPECT_EQ(choose(R"({"encodingId":"huge"})"), 400);
  EXPECT_EQ(choose("[]"), 400);
  EXPECT_EQ(choose("{}", "text/plain"), 415);
  gateway_.there = false;
  EXPECT_EQ(choose("{}"), 404);
  EXPECT_EQ(ask(request("GET", std::string("/whep/room-1/") + kId + "/layer")).status, 405);
  EXPECT_EQ(ask(request("POST", std::string("/whip/room-1/") + kId + "/layer")).status, 404);
}

/// A client that keeps what it is sent.
class KeptStream final : public EventStream {
 public:
  void send(std::string_view more) override { text += more; }
  void close() override { is_closed = true; }
  [[nodiscard]] bool closed() const override { return is_closed; }
  std::string text;
  bool is_closed = false;
};

TEST_F(HttpTest, EventsAreAskedForThenFetched) {
  install_key();
  auto sse = std::string("/whep/room-1/") + kId + "/sse";
  auto made = ask(request("POST", sse, {}, "application/json", R"(["active","viewercount"])"));
  ASSERT_EQ(made.status, 201);
  std::string location(*made.header("Location"));
  EXPECT_EQ(location.rfind(sse + "/", 0), 0U);
  gateway_.view_result.active = true;
  auto fetched = ask(request("GET", location));
  EXPECT_EQ(fetched.content_type, "text/event-stream");
  ASSERT_TRUE(fetched.on_stream);
  auto client = std::make_shared<KeptStream>();
  fetched.on_stream(client);
  EXPECT_EQ(client->text, "event: active\ndata: {}\n\nevent: viewercount\ndata: {\"viewercount\":0}\n\n");
  auto newer = std::make_shared<KeptStream>();
  ask(request("GET", location)).on_stream(newer);
  EXPECT_TRUE(client->is_closed) << "one connection per stream";
  EXPECT_EQ(ask(request("DELETE", location)).status, 200);
  EXPECT_TRUE(newer->is_closed);
  EXPECT_EQ(ask(request("GET", location)).status, 404);
}

TEST_F(HttpTest, EventStreamsAreLimitedAndTheirRequestsChecked) {
  install_key();
  auto sse = std::string("/whep/room-1/") + kId + "/sse";
  auto make = [&](const char* body) {
    return ask(request("POST", sse, {}, "application/json", body)).status;
  };
  EXPECT_EQ(make(R"({"active":1})"), 400);
  EXPECT_EQ(make("[1]"), 400);
  EXPECT_EQ(make(R"(["weather"])"), 422);
  for (std::size_t i = 0; i < WhepEvents::kMaxStreamsPerSession; ++i) EXPECT_EQ(make(R"(["layers"])"), 201);
  EXPECT_EQ(make(R"(["layers"])"), 503);
  gateway_.there = false;
  EXPECT_EQ(make(R"(["layers"])"), 404);
}

TEST_F(HttpTest, StatusNeedsTheRightToObserve) {
  install_key();
  Monitor monitor(gateway_, *access_, 5);
  HttpReply reply;
  auto keep = [&reply](HttpReply answer) { reply = std::move(answer); };
  monitor.handle(request("GET", "/status", token(protocol::Right::watch)), keep);
  EXPECT_EQ(reply.status, 403);
  monitor.handle(request("GET", "/status", signer_.sign("server", "*", protocol::Right::observe, now_s())),
                 keep);
  EXPECT_EQ(reply.status, 200);
  auto status = protocol::parse_relay_status(reply.body);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->started_ms, 5);
  monitor.handle(request("GET", "/readyz"), keep);
  EXPECT_EQ(reply.status, 200);
  monitor.handle(request("GET", "/nothing"), keep);
  EXPECT_EQ(reply.status, 404);
}

TEST(Metrics, AreTextForPrometheus) {
  SessionTotals totals;
  totals.packets_out = 42;
  auto text = metrics_text(totals, 3);
  EXPECT_NE(
      text.find("# TYPE classcast_relay_packets_sent_total counter\nclasscast_relay_packets_sent_total 42\n"),
      std::string::npos);
  EXPECT_NE(text.find("\nclasscast_relay_tokens_rejected_total 3\n"), std::string::npos);
}

TEST(RateLimit, RefillsSteadilyAndStaysBounded) {
  RateLimit limit(2, 1);
  using testing::at_ms;
  EXPECT_TRUE(limit.allow("a", at_ms(0)));
  EXPECT_TRUE(limit.allow("a", at_ms(0)));
  EXPECT_FALSE(limit.allow("a", at_ms(0)));
  EXPECT_TRUE(limit.allow("b", at_ms(0)));
  EXPECT_TRUE(limit.allow("a", at_ms(1000)));
  for (std::size_t i = 0; i < RateLimit::kMaxParties + 10; ++i) limit.allow(std::to_string(i), at_ms(1000));
  EXPECT_FALSE(limit.allow("a stranger", at_ms(1000))) << "the rest share one bucket";
  EXPECT_TRUE(limit.allow("a stranger", at_ms(5000))) << "idle parties are forgotten";
}

TEST(RateLimit, RemembersOnlyThoseWhoWereHereLately) {
  RateLimit limit(2, 1);
  std::size_t most = 0;
  for (int i = 0; i < 5000; ++i) {
    EXPECT_TRUE(limit.allow(std::to_string(i), testing::at_ms(i * 100)));
    most = std::max(most, limit.parties());
  }
  EXPECT_LE(most, 64U) << "each is idle again after a second, in which ten others come";
}

}  // namespace classcast::relay
