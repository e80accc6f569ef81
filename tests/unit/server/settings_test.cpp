// SPDX-License-Identifier: MIT
#include "server/settings.hpp"

#include "unit/server/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace classcast::server {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class SettingsFile : public testing::Test {
 protected:
  Result<Settings> load(const std::string& text) {
    return load_settings(directory.write("server.conf", text));
  }
  std::string refusal(const std::string& text) {
    auto settings = load(text);
    EXPECT_FALSE(settings);
    if (settings) return {};
    EXPECT_EQ(settings.error().code, Errc::invalid);
    return settings.error().message;
  }
  TemporaryDirectory directory;
};

TEST_F(SettingsFile, EmptyFileMeansTheDefaults) {
  auto settings = load("");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->listen_address, "0.0.0.0");
  EXPECT_EQ(settings->listen_port, 8443);
  EXPECT_EQ(settings->database_url, "sqlite:/var/lib/classcast/server/server.db");
  EXPECT_EQ(settings->state_directory, "/var/lib/classcast/server");
  EXPECT_EQ(settings->relay_url, "http://127.0.0.1:8445");
  EXPECT_EQ(settings->viewer_directory, "/usr/share/classcast/viewer");
}

TEST_F(SettingsFile, ShippedFileMeansTheDefaultsAndItsCommentsAreValid) {
  auto shipped = load_settings(CLASSCAST_TOP "/config/server.conf");
  ASSERT_TRUE(shipped) << shipped.error().message;
  std::ifstream in(CLASSCAST_TOP "/config/server.conf");
  std::string active;
  for (std::string line; std::getline(in, line);) {
    // "#key = value" is a setting; "# Text" is a comment.
    bool setting = line.size() > 1 && line[0] == '#' && line[1] != ' ';
    // The example's certificate and password are not on this machine, and a name without its password is no
    // sign-in.
    bool absent = line.find("_file = ") != std::string::npos || line.find("username = ") != std::string::npos;
    if (!absent) active += (setting ? line.substr(1) : line) + "\n";
  }
  auto spelled_out = load(active);
  ASSERT_TRUE(spelled_out) << spelled_out.error().message;
  EXPECT_EQ(spelled_out->listen_port, shipped->listen_port);
  EXPECT_EQ(spelled_out->database_url, shipped->database_url);
  EXPECT_EQ(spelled_out->relay_url, shipped->relay_url);
  EXPECT_EQ(spelled_out->viewer_directory, shipped->viewer_directory);
}

TEST_F(SettingsFile, ReadsAddressesOfBothFamilies) {
  EXPECT_EQ(load("[http]\nlisten = [::1]:9000\n")->listen_address, "::1");
  EXPECT_EQ(load("[http]\nlisten = 127.0.0.1:0\n")->listen_port, 0);
}

TEST_F(SettingsFile, DatabaseFollowsTheStateDirectory) {
  EXPECT_EQ(load("[state]\ndirectory = /srv/cc\n")->database_url, "sqlite:/srv/cc/server.db");
}

TEST_F(SettingsFile, RefusalsNameFileLineSectionAndKey) {
  EXPECT_THAT(refusal("[http]\nlisten = 8443\n"),
              AllOf(HasSubstr("server.conf:2"), HasSubstr("[http] listen")));
  EXPECT_THAT(refusal("[http]\nlisten = localhost:8443\n"), HasSubstr("[http] listen"));
  EXPECT_THAT(refusal("[http]\nlisten = 1.2.3.4:99999\n"), HasSubstr("[http] listen"));
  EXPECT_THAT(refusal("[http]\nlissten = 1.2.3.4:1\n"), HasSubstr("did you mean \"listen\"?"));
  EXPECT_THAT(refusal("[relais]\nurl = x\n"), HasSubstr("did you mean \"relay\"?"));
  EXPECT_THAT(refusal("[relay]\nurl = 127.0.0.1\n"), HasSubstr("[relay] url"));
  EXPECT_THAT(refusal("[relay]\nurl = http://127.0.0.1/path\n"), HasSubstr("[relay] url"));
  EXPECT_THAT(refusal("[database]\nurl = mysql://x\n"), HasSubstr("[database] url"));
  EXPECT_THAT(refusal("[tls]\nkey_file = /x\n"), HasSubstr("[tls] certificate_file"));
  EXPECT_THAT(refusal("[tls]\nkey_file = /dev/null\ncertificate_file = /nonexistent\n"),
              AllOf(HasSubstr("server.conf:3"), HasSubstr("cannot read /nonexistent")));
}

TEST_F(SettingsFile, ReadsTheMailServer) {
  auto password = directory.write("mail.password", "secret\n").string();
  auto settings = load(
      "[http]\npublic_url = https://school.example:8443/\n[mail]\nserver = mail.example:2525\n"
      "username = classcast\nfrom = a@school.example\npassword_file = " +
      password + "\n");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->public_url, "https://school.example:8443");
  EXPECT_EQ(settings->mail.host, "mail.example");
  EXPECT_EQ(settings->mail.port, 2525);
  EXPECT_EQ(settings->mail.security, MailSecurity::starttls);
  EXPECT_EQ(settings->mail.password.reveal(), "secret");
  EXPECT_FALSE(load("")->mail.enabled());
}

TEST_F(SettingsFile, RefusesAMailServerThatCannotWork) {
  const std::string url = "[http]\npublic_url = https://school.example\n";
  EXPECT_THAT(refusal("[mail]\nserver = mail.example\nfrom = a@b.example\n"), HasSubstr("[http] public_url"));
  EXPECT_THAT(refusal("[http]\npublic_url = school.example\n"), HasSubstr("[http] public_url"));
  EXPECT_THAT(refusal(url + "[mail]\nserver = mail.example\n"), HasSubstr("[mail] from"));
  EXPECT_THAT(refusal(url + "[mail]\nserver = mail.example\nfrom = School <a@b.example>\n"),
              HasSubstr("[mail] from"));
  EXPECT_THAT(refusal(url + "[mail]\nserver = smtp://mail.example\n"), HasSubstr("[mail] server"));
  EXPECT_THAT(refusal(url + "[mail]\nserver = mail.example\nsecurity = none\n"),
              HasSubstr("[mail] security"));
  EXPECT_THAT(refusal("[mail]\nsecurity = ssl\n"), HasSubstr("none of starttls, tls, none"));
  EXPECT_THAT(refusal("[mail]\nusername = a\n"), HasSubstr("[mail] username"));
  EXPECT_THAT(refusal("[mail]\npassword_file = /nonexistent\n"), HasSubstr("[mail] password_file"));
}

TEST_F(SettingsFile, SomeSettingsNeedANewStart) {
  auto running = load("[http]\nlisten = 127.0.0.1:1\n");
  auto fresh = load("[http]\nlisten = 127.0.0.1:2\n[relay]\nurl = http://relay.example\n");
  EXPECT_THAT(needs_restart(*running, *fresh), testing::ElementsAre("[http] listen"));
  keep_until_restart(*running, *fresh);
  EXPECT_EQ(fresh->listen_port, 1);
  EXPECT_EQ(fresh->relay_url, "http://relay.example");
  EXPECT_THAT(needs_restart(*running, *fresh), testing::IsEmpty());
}

TEST_F(SettingsFile, MissingFileSaysSo) {
  auto settings = load_settings(directory.path() / "none.conf");
  ASSERT_FALSE(settings);
  EXPECT_THAT(settings.error().message, HasSubstr("none.conf"));
}

}  // namespace
}  // namespace classcast::server
