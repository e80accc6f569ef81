// SPDX-License-Identifier: MIT
// relay.conf, and the addresses that peers are offered because of it.
#include "relay/settings.hpp"

#include "relay/local_addresses.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace classcast::relay {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SettingsTest : public ::testing::Test {
 protected:
  SettingsTest() {
    auto pattern = (fs::temp_directory_path() / "relay-conf-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
  }
  ~SettingsTest() override { fs::remove_all(directory_); }

  Result<Settings> load(const std::string& text) {
    std::ofstream(directory_ / "relay.conf") << text;
    return load_settings(directory_ / "relay.conf");
  }
  std::string fault(const std::string& text) {
    auto settings = load(text);
    return settings ? "no fault" : settings.error().message;
  }
  fs::path directory_;
};

TEST_F(SettingsTest, TheShippedFileParsesAndShowsTheDefaults) {
  auto shipped = load_settings(fs::path(FIXTURES) / "../../config/relay.conf");
  ASSERT_TRUE(shipped) << shipped.error().message;
  std::ifstream in(fs::path(FIXTURES) / "../../config/relay.conf");
  std::string enabled;
  for (std::string line; std::getline(in, line);) {
    auto setting = line.size() > 1 && line[0] == '#' && line[1] != ' ';
    enabled += (setting ? line.substr(1) : line) + "\n";
  }
  auto spelled_out = load(enabled);
  ASSERT_TRUE(spelled_out) << spelled_out.error().message;
  EXPECT_EQ(spelled_out->http_listen, shipped->http_listen);
  EXPECT_EQ(spelled_out->media.listen, shipped->media.listen);
  EXPECT_EQ(spelled_out->endpoints.redirect_to, shipped->endpoints.redirect_to);
  EXPECT_EQ(spelled_out->endpoints.turn.lifetime, shipped->endpoints.turn.lifetime);
  EXPECT_EQ(spelled_out->limits.sessions, shipped->limits.sessions);
  EXPECT_EQ(spelled_out->limits.cache.video_bytes, shipped->limits.cache.video_bytes);
  EXPECT_EQ(spelled_out->limits.cache.gop_age, shipped->limits.cache.gop_age);
  EXPECT_EQ(spelled_out->limits.max_publish_bps, shipped->limits.max_publish_bps);
  EXPECT_EQ(spelled_out->media.threads, shipped->media.threads);
  EXPECT_GE(shipped->media.threads, 1U);
  EXPECT_EQ(spelled_out->media.segmentation, Segmentation::kernel);
  EXPECT_EQ(spelled_out->media.buffers.receive_bytes, shipped->media.buffers.receive_bytes);
  EXPECT_EQ(spelled_out->access.public_key_file, shipped->access.public_key_file);
  EXPECT_EQ(spelled_out->access.requests_per_second, shipped->access.requests_per_second);
}

TEST_F(SettingsTest, ReadsAddresses) {
  auto settings =
      load("[http]\nlisten=[::1]:1234\n[media]\nlisten=[::]:9\nannounce=192.0.2.1, 2001:db8::1\n");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->http_listen.text(), "[::1]:1234");
  EXPECT_EQ(settings->media.listen.text(), "[::]:9");
  ASSERT_EQ(settings->announce.size(), 2U);
  EXPECT_EQ(settings->announce[1].ip_text(), "2001:db8::1");
}

TEST_F(SettingsTest, FaultsNameFileLineSectionAndKey) {
  auto file = (directory_ / "relay.conf").string();
  EXPECT_THAT(fault("[media]\nlisten = everywhere\n"),
              HasSubstr(file + ":2: [media] listen: \"everywhere\""));
  EXPECT_THAT(fault("[media]\nlisten = ::1:80\n"), HasSubstr("[media] listen"));
  EXPECT_THAT(fault("[media]\nlisten = 127.0.0.1:70000\n"), HasSubstr("[media] listen"));
  EXPECT_THAT(fault("[media]\nannounce = example.org\n"), HasSubstr("[media] announce: \"example.org\""));
  EXPECT_THAT(fault("[limits]\nrooms = 0\n"), HasSubstr("[limits] rooms"));
  EXPECT_THAT(fault("[cache]\ngop_age = 3\n"), HasSubstr("[cache] gop_age"));
  EXPECT_THAT(fault("[http]\nlisden = x\n"), HasSubstr("did you mean \"listen\""));
}

TEST_F(SettingsTest, ReadsWhereToSendClientsOnAndWhatTheyMayUse) {
  std::ofstream(directory_ / "turn.secret") << "0123456789abcdef\n";
  auto settings = load(
      "[http]\nredirect_to = https://relay-2.example/\nredirect_when = always\n"
      "[media]\noffer_networks = 10.0.0.0/8, fd00::/8\n"
      "[turn]\nuris = turn:t.example, stun:s.example\nlifetime = 1h\nsecret_file = " +
      (directory_ / "turn.secret").string() + "\n");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->endpoints.redirect_to, "https://relay-2.example");
  EXPECT_EQ(settings->endpoints.redirect_when, RedirectWhen::always);
  EXPECT_EQ(settings->offer_networks.size(), 2U);
  EXPECT_THAT(settings->endpoints.turn.uris, ElementsAre("turn:t.example", "stun:s.example"));
  EXPECT_EQ(settings->endpoints.turn.secret.reveal(), "0123456789abcdef");
  EXPECT_EQ(settings->endpoints.turn.lifetime, 1h);
  EXPECT_THAT(fault("[http]\nredirect_to = relay-2\n"), HasSubstr("[http] redirect_to"));
  EXPECT_THAT(fault("[media]\noffer_networks = eth0\n"), HasSubstr("[media] offer_networks: \"eth0\""));
  EXPECT_THAT(fault("[turn]\nuris = http://x\n"), HasSubstr("[turn] uris"));
  EXPECT_THAT(fault("[turn]\nuris = turn:x\n"), HasSubstr("[turn] secret_file"));
}

TEST_F(SettingsTest, OpenAccessIsForLoopbackOnly) {
  EXPECT_TRUE(load("[tokens]\nrequired = no\n"));
  EXPECT_THAT(fault("[http]\nlisten = 0.0.0.0:80\n[tokens]\nrequired = no\n"),
              HasSubstr("[tokens] required"));
}

namespace {

rtc::Address address(const char* ip, std::uint16_t port = 0) {
  return *rtc::Address::parse(ip, port);
}

std::vector<InterfaceAddress> interfaces() {
  return {{"lo", address("127.0.0.1"), true},        {"lo", address("::1"), true},
          {"eth0", address("192.0.2.10"), false},    {"wlan0", address("198.51.100.2"), false},
          {"docker0", address("172.17.0.1"), false}, {"eth0", address("2001:db8::10"), false},
          {"eth0", address("fe80::1"), false}};
}

std::vector<std::string> hosts(const CandidateOptions& options, Requester requester) {
  std::vector<std::string> found;
  for (const auto& candidate : candidates(options, interfaces(), requester)) {
    EXPECT_EQ(candidate.port, 8443);
    found.push_back(candidate.host);
  }
  return found;
}

}  // namespace

TEST(Candidates, OfAWildcardAreTheLiveInterfacesWithoutContainerBridges) {
  CandidateOptions options{address("0.0.0.0", 8443), {}, {}};
  EXPECT_THAT(hosts(options, Requester::remote), ElementsAre("192.0.2.10", "198.51.100.2"));
  EXPECT_THAT(hosts(options, Requester::local), ElementsAre("127.0.0.1", "192.0.2.10", "198.51.100.2"));
  options.bound = address("::", 8443);
  EXPECT_THAT(hosts(options, Requester::remote), ElementsAre("192.0.2.10", "198.51.100.2", "2001:db8::10"));
}

TEST(Candidates, CanBeFilteredAndExtended) {
  CandidateOptions options{address("0.0.0.0", 8443), {address("203.0.113.5", 8443)}, {"wlan0"}};
  EXPECT_THAT(hosts(options, Requester::remote), ElementsAre("192.0.2.10", "203.0.113.5"));
}

TEST(Candidates, AreOfTheChosenNetworksOnly) {
  CandidateOptions options{
      address("::", 8443), {}, {}, {*Network::parse("192.0.2.0/25"), *Network::parse("2001:db8::/32")}};
  EXPECT_THAT(hosts(options, Requester::remote), ElementsAre("192.0.2.10", "2001:db8::10"));
}

TEST(Candidates, ForTcpComeAfterThoseForUdp) {
  CandidateOptions options{address("0.0.0.0", 8443), {}, {}};
  options.tcp_port = 8444;
  auto found = candidates(options, interfaces(), Requester::remote);
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[2].transport, rtc::Transport::tcp);
  EXPECT_EQ(found[2].port, 8444);
  EXPECT_NE(found[2].text().find(" typ host tcptype passive"), std::string::npos) << "RFC 6544 §4.5";
  for (std::size_t i = 1; i < found.size(); ++i) EXPECT_LT(found[i].priority, found[i - 1].priority);
}

TEST(Network, HoldsItsAddresses) {
  auto network = Network::parse("10.16.0.0/12");
  ASSERT_TRUE(network);
  EXPECT_TRUE(network->contains(address("10.31.255.255")));
  EXPECT_FALSE(network->contains(address("10.32.0.0")));
  EXPECT_FALSE(network->contains(address("::10.16.0.1")));
  EXPECT_TRUE(Network::parse("0.0.0.0/0")->contains(address("203.0.113.1")));
  EXPECT_TRUE(Network::parse("2001:db8::7")->contains(address("2001:db8::7")));
  for (const char* wrong : {"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "eth0", "", "::/129"}) {
    EXPECT_FALSE(Network::parse(wrong)) << wrong;
  }
}

TEST(Candidates, OfABoundAddressIsThatAddress) {
  CandidateOptions options{address("127.0.0.1", 8443), {}, {}};
  EXPECT_THAT(hosts(options, Requester::remote), ElementsAre("127.0.0.1"));
}

TEST(Candidates, ComeBestFirst) {
  auto found = candidates({address("0.0.0.0", 1), {}, {}}, interfaces(), Requester::remote);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_GT(found[0].priority, found[1].priority);
}

}  // namespace classcast::relay
