// SPDX-License-Identifier: MIT
#include "device/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace classcast::device {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

class SettingsFile : public ::testing::Test {
 protected:
  SettingsFile() {
    char folder[] = "/tmp/classroom-settings-XXXXXX";
    folder_ = mkdtemp(folder);
    write("credential", "device-credential\n");
    write("password", "hunter2\n");
  }
  ~SettingsFile() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  /// A sound server section, then the lines given.
  Result<Settings> load(const std::string& lines) {
    return load_settings(write("classroom.conf", "[server]\nurl = https://school:8443\ncredential_file = " +
                                                     (folder_ / "credential").string() + "\n" + lines));
  }
  std::string error(const std::string& lines) {
    auto loaded = load(lines);
    return loaded ? "it was accepted" : loaded.error().message;
  }

  fs::path folder_;
};

TEST_F(SettingsFile, FillsInTheDefaults) {
  auto settings = load("[camera]\nurl = rtsp://cam/live\n");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->server.url, "https://school:8443");
  EXPECT_EQ(settings->server.host, "school");
  EXPECT_EQ(settings->server.credential.reveal(), "device-credential");
  ASSERT_TRUE(settings->camera);
  EXPECT_EQ(settings->camera->port, 554);
  EXPECT_TRUE(settings->camera->try_both_transports);
  EXPECT_EQ(settings->camera->camera.codec, pipelines::VideoCodec::h264);
  EXPECT_FALSE(settings->microphone);
}

TEST_F(SettingsFile, TakesTheLoginOutOfTheCameraUrl) {
  auto settings = load("[camera]\nurl = rtsp://admin:p%40ss:w@10.0.0.5:8554/live?x=1\n");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->camera->camera.rtsp.url, "rtsp://10.0.0.5:8554/live?x=1");
  EXPECT_EQ(settings->camera->camera.rtsp.user, "admin");
  EXPECT_EQ(settings->camera->camera.rtsp.password.reveal(), "p@ss:w");
  EXPECT_EQ(settings->camera->host, "10.0.0.5");
  EXPECT_EQ(settings->camera->port, 8554);
}

TEST_F(SettingsFile, ReadsTheLoginFromItsOwnKeys) {
  auto settings = load("[camera]\nurl = rtsp://[fd00::5]/live\nusername = admin\npassword_file = " +
                       (folder_ / "password").string() + "\ntransport = udp\ncodec = vp8\n");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->camera->camera.rtsp.password.reveal(), "hunter2");
  EXPECT_EQ(settings->camera->host, "fd00::5");
  EXPECT_EQ(settings->camera->camera.rtsp.url, "rtsp://[fd00::5]/live");
  EXPECT_EQ(settings->camera->camera.rtsp.transport, pipelines::CameraTransport::udp);
  EXPECT_FALSE(settings->camera->try_both_transports);
  EXPECT_EQ(settings->camera->camera.codec, pipelines::VideoCodec::vp8);
}

TEST_F(SettingsFile, ReadsTheMicrophone) {
  auto settings = load("[microphone]\ndevice = usb-mic\nserver = unix:/run/x\n");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_FALSE(settings->camera);
  EXPECT_EQ(settings->microphone->microphone.device, "usb-mic");
  EXPECT_EQ(settings->microphone->microphone.server, "unix:/run/x");
  EXPECT_EQ(load("[microphone]\ndevice = default\n")->microphone->microphone.device, "");
}

TEST_F(SettingsFile, NamesFileLineSectionAndKey) {
  auto file = (folder_ / "classroom.conf").string();
  EXPECT_THAT(error("[camera]\nurl = rtsp://c/\ncodec = vp9\n"), HasSubstr(file + ":6: [camera] codec"));
  EXPECT_THAT(error("[camera]\nurl = rtsp://c/\ncodek = vp8\n"),
              AllOf(HasSubstr(file + ":6: [camera] codek: unknown key"), HasSubstr("\"codec\"")));
  EXPECT_THAT(error("[kamera]\nurl = rtsp://c/\n"), AllOf(HasSubstr(file + ":4"), HasSubstr("\"camera\"")));
}

TEST_F(SettingsFile, RefusesWhatCannotWork) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "[camera] url"},
      {"[microphone]\ndevice = none\n", "nothing to send"},
      {"[camera]\nurl = rtsp://c/\n[microphone]\nserver = unix:/x\n", "[microphone] device: is missing"},
      {"[camera]\nusername = a\n", "[camera] url: is missing"},
      {"[camera]\nurl = http://c/\n", "rtsp://"},
      {"[camera]\nurl = camera\n", "is not a URL"},
      {"[camera]\nurl = rtsp:///live\n", "names no host"},
      {"[camera]\nurl = rtsp://c:0/live\n", "no valid port"},
      {"[camera]\nurl = rtsp://c/\ntransport = multicast\n", "none of auto, tcp, udp"},
      {"[camera]\nurl = rtsp://c/\nusername = a\npassword_file = /nonexistent\n", "cannot read"},
      {"[camera]\nurl = rtsp://a:b@c/\nusername = d\n", "keep one of the two"},
  };
  for (const auto& [lines, expected] : cases) EXPECT_THAT(error(lines), HasSubstr(expected)) << lines;
}

TEST_F(SettingsFile, NeverRepeatsAPassword) {
  for (const auto* url : {"rtsp://a:hunter2/x@c/", "rtsp://a:hunter2%zz@c/", "http://a:hunter2@c/",
                          "a:hunter2@c", "rtsp://a:hunter2@c:99999/", "rtsp://a:hunter2@/"}) {
    auto text = error("[camera]\nurl = " + std::string(url) + "\n");
    EXPECT_THAT(text, AllOf(HasSubstr(":5: [camera] url"), Not(HasSubstr("hunter2")))) << text;
  }
}

TEST_F(SettingsFile, ChecksTheServerSection) {
  auto server = [&](const std::string& lines) {
    auto loaded =
        load_settings(write("classroom.conf", "[server]\n" + lines + "[camera]\nurl = rtsp://c/\n"));
    return loaded ? "it was accepted" : loaded.error().message;
  };
  auto credential = "credential_file = " + (folder_ / "credential").string() + "\n";
  EXPECT_THAT(server("url = https://s\n"), HasSubstr("[server] credential_file"));
  EXPECT_THAT(server(credential), HasSubstr("[server] url"));
  EXPECT_THAT(server("url = http://school\n" + credential), HasSubstr("must begin with https://"));
  EXPECT_THAT(server("url = https://s/x\n" + credential), HasSubstr("must end after the host and port"));
  EXPECT_THAT(server("url = https://u:p@s\n" + credential), HasSubstr("must not hold a login"));
  EXPECT_THAT(server("url = https://s\nca_file = /nonexistent\n" + credential),
              HasSubstr(":3: [server] ca_file"));
  EXPECT_EQ(server("url = http://127.0.0.1:8080/\n" + credential), "it was accepted");
}

TEST_F(SettingsFile, TheShippedFileIsValid) {
  std::ifstream in(FIXTURES "/../../config/classroom.conf");
  std::stringstream text;
  text << in.rdbuf();
  auto shipped = text.str();
  const std::string place = "/etc/classcast/classroom.credential";
  ASSERT_NE(shipped.find(place), std::string::npos);
  shipped.replace(shipped.find(place), place.size(), (folder_ / "credential").string());
  auto settings = load_settings(write("classroom.conf", shipped));
  EXPECT_TRUE(settings) << settings.error().message;
}

TEST_F(SettingsFile, TakesAPinOfTheServersKeyInsteadOfAnAnchor) {
  const std::string pin = "pin_sha256 = " + std::string(43, 'A') + "=\n";
  const std::string camera = "[camera]\nurl = rtsp://h/\n";
  auto loaded = load(pin + camera);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->server.pin_sha256.size(), 44U);
  EXPECT_THAT(error("pin_sha256 = short\n" + camera), HasSubstr("pin_sha256: is not 44 characters"));
  EXPECT_THAT(error("ca_file = /etc/ssl/certs/ca-certificates.crt\n" + pin + camera),
              HasSubstr("keep one of the two"));
}

}  // namespace
}  // namespace classcast::device
