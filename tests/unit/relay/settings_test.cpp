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
  return {{"lo", address("127.0.0.1"), true},        {"eth0", address("192.0.2.10"), false},
          {"wlan0", address("198.51.100.2"), false}, {"docker0", address("172.17.0.1"), false},
          {"eth0", address("2001:db8::10"), false},  {"eth0", address("fe80::1"), false}};
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
