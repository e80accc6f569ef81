// SPDX-License-Identifier: MIT
#include "device/settings.hpp"

#include "base/strings.hpp"
#include "device/settings_parts.hpp"
#include "glib/config.hpp"
#include "glib/public_key_pin.hpp"
#include "glib/ref.hpp"

#include <gio/gio.h>

#include <cstdlib>
#include <fstream>
#include <string_view>

namespace classcast::device {

using glib::Config;

namespace {

const std::vector<glib::ConfigSection>& known_sections() {
  static const std::vector<glib::ConfigSection> sections = {
      {"server", {"url", "ca_file", "pin_sha256", "credential_file"}},
      {"camera",
       {"url", "low_url", "device", "username", "password_file", "transport", "codec", "bitrate", "tls",
        "pin_sha256"}},
      {"microphone",
       {"source", "device", "server", "noise_suppression", "gain_control", "echo_reference", "silence_below",
        "silence_after"}},
      {"uplink", {"publish"}},
  };
  return sections;
}

constexpr std::size_t kMaxCredential = 4096;

Result<void> check_server_url(const Config& config, const Url& url) {
  if (url.scheme != "https" && !(url.scheme == "http" && is_loopback(url.host))) {
    return refuse(config, "server", "url",
                  "must begin with https:// (http:// only for this computer itself)");
  }
  if (!url.user.empty() || !url.password.empty())
    return refuse(config, "server", "url", "must not hold a login");
  if (!url.path.empty() && url.path != "/")
    return refuse(config, "server", "url", "must end after the host and port");
  return {};
}

Result<void> check_ca_file(const Config& config, const std::string& file) {
  if (file.empty()) return {};
  glib::GErrorSlot error;
  auto anchors = glib::Ref<GTlsDatabase>::adopt(g_tls_file_database_new(file.c_str(), error.out()));
  if (anchors) return {};
  return refuse(config, "server", "ca_file", fmt::format("cannot use {}: {}", printable(file), error.text()));
}

Result<std::string> load_pin(const Config& config) {
  auto pin = config.text("server", "pin_sha256");
  if (pin.empty()) return pin;
  if (!glib::is_public_key_pin(pin)) {
    return refuse(config, "server", "pin_sha256",
                  "is not 44 characters of base64 (classcastctl enroll writes it)");
  }
  if (config.has("server", "ca_file"))
    return refuse(config, "server", "pin_sha256", "a ca_file is given as well; keep one of the two");
  return pin;
}

Result<Secret> first_line(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line)) return fail(Errc::not_found, "cannot read a line from {}", printable(file));
  return Secret(std::string(trim(line)));
}

Result<bool> load_on_demand(const Config& config) {
  constexpr std::string_view kChoices[] = {"always", "on-demand"};
  auto publish = config.choice("uplink", "publish", kChoices);
  if (!publish) return fail(publish);
  return *publish == "on-demand";
}

}  // namespace

tl::unexpected<Error> refuse(const Config& config, std::string_view section, std::string_view key,
                             std::string_view reason) {
  return tl::make_unexpected(config.refuse(section, key, reason));
}

Result<Url> url_of(const Config& config, std::string_view section, std::string_view key) {
  auto text = config.required(section, key);
  if (!text) return fail(text);
  auto url = parse_url(*text);
  if (!url) return refuse(config, section, key, url.error().message);
  return *url;
}

Result<Secret> secret_of(const Config& config, std::string_view section, std::string_view key,
                         const SecretPlaces& places) {
  if (config.has(section, key)) return config.secret_file(section, key);
  const auto* folder = std::getenv("CREDENTIALS_DIRECTORY");
  const auto file = fmt::format("{}/{}", folder != nullptr ? folder : "", places.credential);
  std::error_code error;
  if (folder != nullptr && std::filesystem::exists(file, error)) {
    auto secret = first_line(file);
    if (!secret) return refuse(config, section, key, secret.error().message);
    return secret;
  }
  const auto* value = std::getenv(places.environment);
  return Secret(value != nullptr ? value : "");
}

Result<ServerSettings> load_server(const Config& config) {
  constexpr SecretPlaces kCredential = {"device-credential", "CLASSCAST_DEVICE_CREDENTIAL"};
  auto url = url_of(config, "server", "url");
  if (!url) return fail(url);
  if (auto checked = check_server_url(config, *url); !checked) return fail(checked);
  auto ca_file = config.text("server", "ca_file");
  if (auto checked = check_ca_file(config, ca_file); !checked) return fail(checked);
  auto pin = load_pin(config);
  if (!pin) return fail(pin);
  auto credential = secret_of(config, "server", "credential_file", kCredential);
  if (!credential) return fail(credential);
  if (credential->empty() && !config.has("server", "credential_file")) {
    return refuse(config, "server", "credential_file",
                  "is missing, and neither a systemd credential \"device-credential\" nor "
                  "CLASSCAST_DEVICE_CREDENTIAL stands in for it");
  }
  if (credential->empty() || credential->reveal().size() > kMaxCredential) {
    return refuse(config, "server", "credential_file", "the file's first line is not a device credential");
  }
  url->path.clear();
  return ServerSettings{url->bare(), url->host, ca_file, *pin, *credential};
}

Result<Config> load_config(const std::filesystem::path& file) {
  return Config::load(file, known_sections());
}

Result<Settings> load_settings(const std::filesystem::path& file) {
  auto config = load_config(file);
  if (!config) return fail(config);
  return read_settings(*config);
}

Result<Settings> read_settings(const Config& config) {
  auto server = load_server(config);
  if (!server) return fail(server);
  auto camera = load_camera(config);
  if (!camera) return fail(camera);
  auto low_camera = load_low_camera(config, *camera);
  if (!low_camera) return fail(low_camera);
  auto microphone = load_microphone(config, *camera);
  if (!microphone) return fail(microphone);
  auto on_demand = load_on_demand(config);
  if (!on_demand) return fail(on_demand);
  if (!*camera && !*microphone) {
    return refuse(config, "camera", "url",
                  "neither a camera nor a microphone is configured; nothing to send");
  }
  return Settings{*server, *camera, *low_camera, *microphone, *on_demand};
}

}  // namespace classcast::device
