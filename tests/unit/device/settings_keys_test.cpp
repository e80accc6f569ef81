// SPDX-License-Identifier: MIT
// Every key of config/classroom.conf: what it means when absent, one value that is taken, one that is
// refused.
#include "device/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <regex>
#include <set>

namespace classcast::device {
namespace {

namespace fs = std::filesystem;
using pipelines::CameraKind;
using pipelines::CameraTransport;
using pipelines::CameraTrust;
using pipelines::MicrophoneKind;
using pipelines::Transcoding;
using ::testing::HasSubstr;

using Check = std::function<bool(const Settings&)>;

struct Key {
  std::string section;
  std::string key;
  std::string base;       ///< what the file holds besides
  Check by_default;       ///< true of the settings without the key
  std::string valid;      ///< a value
  Check taken;            ///< true of the settings with it
  std::string invalid;    ///< another
  std::string complaint;  ///< part of the error
};

constexpr const char* kPin = "uUQ2Hq3Yw1x0s1qk9b8m5c4d3e2f1a0Z9Y8X7W6V5U8=";
constexpr const char* kCamera = "[camera]\nurl = rtsp://cam/live\n";
constexpr const char* kSecureCamera = "[camera]\nurl = rtsps://cam/live\n";
constexpr const char* kMicrophone = "[microphone]\ndevice = mic\n";

/// Files that the keys name; FOLDER stands for theirs.
class KeysFile : public ::testing::Test {
 protected:
  KeysFile() {
    char folder[] = "/tmp/classroom-keys-XXXXXX";
    folder_ = mkdtemp(folder);
    write("credential", "device-credential\n");
    write("password", "hunter2\n");
    write("empty", "");
    // What another test left in the environment would answer for a missing key.
    unsetenv("CREDENTIALS_DIRECTORY");
    unsetenv("CLASSCAST_DEVICE_CREDENTIAL");
    unsetenv("CLASSCAST_CAMERA_PASSWORD");
  }
  ~KeysFile() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  Result<Settings> load(std::string text) {
    if (text.find("[server]") == std::string::npos)
      text = "[server]\nurl = https://school:8443\ncredential_file = FOLDER/credential\n" + text;
    for (auto at = text.find("FOLDER"); at != std::string::npos; at = text.find("FOLDER"))
      text.replace(at, 6, folder_.string());
    return load_settings(write("classroom.conf", text));
  }
  /// The base with the key added to its section.
  static std::string with(const Key& key, const std::string& value) {
    const auto header = "[" + key.section + "]\n";
    auto text = key.base;
    if (text.find(header) == std::string::npos) text += header;
    return text.insert(text.find(header) + header.size(), key.key + " = " + value + "\n");
  }

  fs::path folder_;
};

std::vector<Key> keys() {
  const std::string server = std::string("[server]\nurl = https://school:8443\n") + kCamera;
  const std::string whole =
      std::string("[server]\nurl = https://school:8443\ncredential_file = FOLDER/credential\n") + kCamera;
  const std::string both = std::string(kCamera) + kMicrophone;
  return {
      {"server", "url", std::string("[server]\ncredential_file = FOLDER/credential\n") + kCamera,
       [](const auto&) { return false; }, "https://s:1",
       [](const auto& s) { return s.server.url == "https://s:1"; }, "http://school",
       "must begin with https://"},
      {"server", "ca_file", whole, [](const auto& s) { return s.server.ca_file.empty(); },
       "/etc/ssl/certs/ca-certificates.crt", [](const auto& s) { return !s.server.ca_file.empty(); },
       "FOLDER/empty-not-there", "cannot use"},
      {"server", "pin_sha256", whole, [](const auto& s) { return s.server.pin_sha256.empty(); }, kPin,
       [](const auto& s) { return s.server.pin_sha256 == kPin; }, "short", "44 characters"},
      {"server", "credential_file", server, [](const auto&) { return false; }, "FOLDER/credential",
       [](const auto& s) { return s.server.credential.reveal() == "device-credential"; }, "FOLDER/empty",
       "cannot read"},
      {"camera", "url", kMicrophone, [](const auto& s) { return !s.camera; }, "rtsp://cam/live",
       [](const auto& s) { return s.camera->host == "cam" && s.camera->port == 554; }, "http://cam/",
       "rtsp://"},
      {"camera", "low_url", kCamera, [](const auto& s) { return !s.low_camera; }, "rtsp://cam:8554/sub",
       [](const auto& s) {
         return s.low_camera->camera.rtsp.url == "rtsp://cam:8554/sub" && s.low_camera->port == 8554;
       },
       "sub", "low_url: is not a URL"},
      {"camera", "device", kMicrophone, [](const auto& s) { return !s.camera; }, "/dev/video0",
       [](const auto& s) { return s.camera->camera.kind == CameraKind::usb; }, "video0", "/dev/"},
      {"camera", "username", kCamera, [](const auto& s) { return s.camera->camera.rtsp.user.empty(); },
       "admin", [](const auto& s) { return s.camera->camera.rtsp.user == "admin"; }, "", ""},
      {"camera", "password_file", std::string(kCamera) + "username = a\n",
       [](const auto& s) { return s.camera->camera.rtsp.password.empty(); }, "FOLDER/password",
       [](const auto& s) { return s.camera->camera.rtsp.password.reveal() == "hunter2"; }, "FOLDER/none",
       "cannot read"},
      {"camera", "transport", kCamera, [](const auto& s) { return s.camera->try_both_transports; }, "udp",
       [](const auto& s) { return s.camera->camera.rtsp.transport == CameraTransport::udp; }, "tpc",
       "did you mean \"tcp\"?"},
      {"camera", "codec", kCamera,
       [](const auto& s) { return s.camera->camera.transcoding == Transcoding::when_needed; }, "copy",
       [](const auto& s) { return s.camera->camera.transcoding == Transcoding::never; }, "h265",
       "none of auto, copy, vp8"},
      {"camera", "bitrate", kCamera, [](const auto& s) { return s.camera->camera.bitrate_kbps == 2500; },
       "800", [](const auto& s) { return s.camera->camera.bitrate_kbps == 800; }, "2M",
       "not a whole number from 100 to 20000"},
      {"camera", "tls", kSecureCamera,
       [](const auto& s) {
         return s.camera->camera.rtsp.trust == CameraTrust::authorities && s.camera->port == 322;
       },
       "insecure", [](const auto& s) { return s.camera->camera.rtsp.trust == CameraTrust::anybody; }, "none",
       "none of verify, pin, insecure"},
      {"camera", "pin_sha256", std::string(kSecureCamera) + "tls = pin\n", [](const auto&) { return false; },
       kPin, [](const auto& s) { return s.camera->camera.rtsp.trust == CameraTrust::pin; }, "abcd",
       "is not the base64 of a SHA-256"},
      {"microphone", "source", both,
       [](const auto& s) { return s.microphone->microphone.kind == MicrophoneKind::pulse; }, "alsa",
       [](const auto& s) { return s.microphone->microphone.device == "plughw:CARD=mic"; }, "pulseaudio",
       "none of pulse, alsa, camera, test"},
      {"microphone", "device", kCamera, [](const auto& s) { return !s.microphone; }, "usb-mic",
       [](const auto& s) { return s.microphone->microphone.device == "usb-mic"; }, "", ""},
      {"microphone", "server", both, [](const auto& s) { return s.microphone->microphone.server.empty(); },
       "unix:/run/x", [](const auto& s) { return s.microphone->microphone.server == "unix:/run/x"; },
       "x\nsource = alsa", "is for source = pulse only"},
      {"microphone", "noise_suppression", both,
       [](const auto& s) { return !s.microphone->microphone.processing.noise_suppression; }, "yes",
       [](const auto& s) { return s.microphone->microphone.processing.noise_suppression; }, "high",
       "neither yes nor no"},
      {"microphone", "gain_control", both,
       [](const auto& s) { return !s.microphone->microphone.processing.gain_control; }, "yes",
       [](const auto& s) { return s.microphone->microphone.processing.gain_control; }, "+6",
       "neither yes nor no"},
      {"microphone", "echo_reference", both,
       [](const auto& s) { return s.microphone->microphone.processing.echo_reference.empty(); },
       "out.monitor",
       [](const auto& s) { return s.microphone->microphone.processing.echo_reference == "out.monitor"; },
       "out.monitor\nsource = alsa", "is for source = pulse only"},
      {"microphone", "silence_below", both, [](const auto& s) { return s.microphone->silence_dbfs == -60; },
       "-45", [](const auto& s) { return s.microphone->silence_dbfs == -45; }, "0", "from -100 to -10"},
      {"microphone", "silence_after", both, [](const auto& s) { return s.microphone->silence_after == 30s; },
       "5min", [](const auto& s) { return s.microphone->silence_after == 5min; }, "2h",
       "is not from 1s to 1h"},
      {"uplink", "publish", kCamera, [](const auto& s) { return !s.on_demand; }, "on-demand",
       [](const auto& s) { return s.on_demand; }, "on_demand", "did you mean \"on-demand\"?"},
  };
}

TEST_F(KeysFile, EachHasItsDefault) {
  for (const auto& key : keys()) {
    auto settings = load(key.base);
    // A key that must be there has no default; then its absence is what is refused.
    if (settings) {
      EXPECT_TRUE(key.by_default(*settings)) << key.key;
    } else {
      EXPECT_THAT(settings.error().message, HasSubstr(key.key)) << key.key;
    }
  }
}

TEST_F(KeysFile, EachTakesAValue) {
  for (const auto& key : keys()) {
    auto settings = load(with(key, key.valid));
    ASSERT_TRUE(settings) << key.key << ": " << settings.error().message;
    EXPECT_TRUE(key.taken(*settings)) << key.key;
  }
}

TEST_F(KeysFile, EachRefusesWhatCannotBeRight) {
  for (const auto& key : keys()) {
    if (key.complaint.empty()) continue;  // any text is a name
    auto settings = load(with(key, key.invalid));
    ASSERT_FALSE(settings) << key.key;
    EXPECT_THAT(settings.error().message, HasSubstr(key.complaint)) << key.key;
    EXPECT_THAT(settings.error().message, HasSubstr("[" + key.section + "] ")) << key.key;
  }
}

/// The shipped file and this table name the same keys, so neither can be forgotten.
TEST_F(KeysFile, TheShippedFileAndThisTestKnowTheSameKeys) {
  std::set<std::string> shipped;
  std::ifstream in(FIXTURES "/../../config/classroom.conf");
  const std::regex section("\\[([a-z]+)\\]");
  const std::regex key("#?([a-z_0-9]+) =.*");
  std::smatch match;
  std::string current;
  for (std::string line; std::getline(in, line);) {
    if (std::regex_match(line, match, section)) current = match[1];
    if (std::regex_match(line, match, key)) shipped.insert(current + "." + match[1].str());
  }
  std::set<std::string> tested;
  for (const auto& each : keys()) tested.insert(each.section + "." + each.key);
  EXPECT_EQ(shipped, tested);
}

TEST_F(KeysFile, SecretsComeFromSystemdOrTheEnvironmentToo) {
  const std::string server =
      "[server]\nurl = https://school:8443\n[camera]\nurl = rtsp://cam/live\nusername = admin\n";
  setenv("CLASSCAST_DEVICE_CREDENTIAL", "from-environment", 1);
  setenv("CLASSCAST_CAMERA_PASSWORD", "password-from-environment", 1);
  auto settings = load(server);
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->server.credential.reveal(), "from-environment");
  EXPECT_EQ(settings->camera->camera.rtsp.password.reveal(), "password-from-environment");
  write("device-credential", "from-systemd\n");
  setenv("CREDENTIALS_DIRECTORY", folder_.c_str(), 1);
  settings = load(server);
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->server.credential.reveal(), "from-systemd")
      << "systemd's comes before the environment's";
  EXPECT_EQ(load(kCamera)->server.credential.reveal(), "device-credential") << "the key's file comes first";
}

TEST_F(KeysFile, KeysThatContradictEachOtherAreRefused) {
  const std::pair<const char*, const char*> cases[] = {
      {"[camera]\nurl = rtsp://c/\ndevice = test\n", "keep one of the two"},
      {"[camera]\ndevice = test\nusername = a\n", "is for cameras with a url"},
      {"[camera]\ndevice = test\ncodec = copy\n", "copy is for cameras with a url"},
      {"[camera]\nurl = rtsp://c/\ntls = insecure\n", "only an rtsps:// camera"},
      {"[camera]\nurl = rtsps://c/\ntls = pin\n", "belong together"},
      {"[camera]\nlow_url = rtsp://c/\n", "[camera] url: is missing"},
      {"[camera]\nurl = rtsp://a:b@c/\nlow_url = rtsp://x:y@c/\n", "another user name"},
      {"[camera]\ndevice = test\n[microphone]\nsource = camera\n", "needs a [camera] with a url"},
      {"[camera]\nurl = rtsp://c/\n[microphone]\nsource = camera\ndevice = x\n",
       "is for source = pulse or alsa"},
      {"[camera]\nurl = rtsp://c/\n[microphone]\nsource = alsa\n", "needs the card's id"},
  };
  for (const auto& [lines, expected] : cases) {
    auto settings = load(lines);
    ASSERT_FALSE(settings) << lines;
    EXPECT_THAT(settings.error().message, HasSubstr(expected)) << lines;
  }
}

}  // namespace
}  // namespace classcast::device
