// SPDX-License-Identifier: MIT
#include "glib/config.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <fstream>

namespace classcast::glib {
namespace {

namespace fs = std::filesystem;

const std::array<ConfigSection, 2> kKnown = {
    ConfigSection{"camera", {"url", "transport", "latency", "password_file"}},
    ConfigSection{"server", {"url", "retries", "verbose"}}};
constexpr std::array<std::string_view, 3> kTransports = {"auto", "tcp", "udp"};

class ConfigTest : public testing::Test {
 protected:
  ConfigTest() : folder_(fs::temp_directory_path() / ("classcast-config-" + std::to_string(getpid()))) {
    fs::create_directories(folder_ / "c.conf.d");
  }
  ~ConfigTest() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  Result<Config> load(const std::string& text) { return Config::load(write("c.conf", text), kKnown); }
  std::string message(const std::string& text) {
    auto config = load(text);
    return config ? "accepted" : config.error().message.substr((folder_ / "c.conf").string().size());
  }

  fs::path folder_;
};

TEST_F(ConfigTest, ReadsTypedValues) {
  auto config = load(
      "[camera]\nurl = rtsp://h/live # not a comment\nlatency = 250ms\n[server]\nretries=3\nverbose=yes\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(*config->required("camera", "url"), "rtsp://h/live # not a comment");
  EXPECT_EQ(*config->duration("camera", "latency", 1s), 250ms);
  EXPECT_EQ(*config->integer("server", "retries", 1, 0, 9), 3);
  EXPECT_EQ(*config->boolean("server", "verbose", false), true);
  EXPECT_EQ(*config->choice("camera", "transport", kTransports), "auto");
}

TEST_F(ConfigTest, TellsEveryEffectiveValueWithItsPlace) {
  write("c.conf.d/10-more.conf", "[camera]\nurl = rtsp://other/\n");
  auto config = load("[camera]\nurl = rtsp://h/live\n[server]\nretries=3\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(*config->duration("camera", "latency", 1500ms), 1500ms);
  EXPECT_EQ(*config->integer("server", "retries", 1, 0, 9), 3);
  std::string told;
  for (const auto& value : config->effective()) {
    told += value.key + "=" + value.value;
    told += value.place ? "@" + fs::path(value.place->file).filename().string() + ":" +
                              std::to_string(value.place->line) + " "
                        : " ";
  }
  EXPECT_EQ(told,
            "url=rtsp://other/@10-more.conf:2 transport= latency=1500ms password_file= url= "
            "retries=3@c.conf:4 verbose= ");
}

TEST_F(ConfigTest, UnknownKeyIsNamedWithLineAndSuggestion) {
  EXPECT_EQ(message("# top\n[camera]\n\nur1 = x\n"), ":4: [camera] ur1: unknown key; did you mean \"url\"?");
}

TEST_F(ConfigTest, UnknownSectionIsNamedWithLineAndSuggestion) {
  EXPECT_EQ(message("[camara]\nurl = x\n"), ":1: unknown section [camara]; did you mean \"camera\"?");
}

TEST_F(ConfigTest, HalfWrittenLineIsNamedWithoutItsText) {
  EXPECT_EQ(message("[camera]\nurl = x\npasswo"),
            ":3: not a line of the form \"key = value\" or \"[section]\"");
}

TEST_F(ConfigTest, MalformedValuesNameTheirPlace) {
  auto config =
      load("[camera]\ntransport = tpc\nlatency = soon\n[server]\nretries = many\nverbose = perhaps\n");
  ASSERT_TRUE(config);
  EXPECT_NE(
      config->choice("camera", "transport", kTransports)
          .error()
          .message.find(":2: [camera] transport: \"tpc\" is none of auto, tcp, udp; did you mean \"tcp\"?"),
      std::string::npos);
  EXPECT_NE(config->duration("camera", "latency", 1s).error().message.find(":3: [camera] latency:"),
            std::string::npos);
  EXPECT_NE(config->integer("server", "retries", 1, 0, 9).error().message.find("from 0 to 9"),
            std::string::npos);
  EXPECT_NE(config->boolean("server", "verbose", false).error().message.find("neither yes nor no"),
            std::string::npos);
}

TEST_F(ConfigTest, MissingRequiredKeyNamesTheFile) {
  auto config = load("[server]\nurl = x\n");
  ASSERT_TRUE(config);
  EXPECT_NE(config->required("camera", "url").error().message.find("c.conf: [camera] url: is missing"),
            std::string::npos);
}

TEST_F(ConfigTest, DropInsWinInTheirOrder) {
  write("c.conf.d/10-a.conf", "[camera]\nurl = first\n");
  write("c.conf.d/20-b.conf", "[camera]\nurl = second\n");
  write("c.conf.d/30-c.bak", "[camera]\nurl = third\n");
  auto config = load("[camera]\nurl = main\ntransport = udp\n");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->text("camera", "url"), "second");
  EXPECT_EQ(config->text("camera", "transport"), "udp");
}

TEST_F(ConfigTest, ABadDropInIsNamed) {
  write("c.conf.d/10-a.conf", "[camera]\nurll = first\n");
  auto config = load("[camera]\nurl = main\n");
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().message.find("10-a.conf:2: [camera] urll"), std::string::npos);
}

TEST_F(ConfigTest, MissingFileIsToldInWords) {
  auto config = Config::load(folder_ / "absent.conf", kKnown);
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().message.find("absent.conf: cannot read it: No such file"), std::string::npos);
}

TEST_F(ConfigTest, SecretsComeFromTheirFile) {
  auto secret = write("pw", "  geheim \nsecond line\n");
  auto config = load("[camera]\npassword_file = " + secret.string() + "\n");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->secret_file("camera", "password_file")->reveal(), "geheim");
  auto absent = load("[camera]\npassword_file = /nowhere/pw\n");
  EXPECT_NE(absent->secret_file("camera", "password_file").error().message.find("/nowhere/pw"),
            std::string::npos);
}

}  // namespace
}  // namespace classcast::glib
