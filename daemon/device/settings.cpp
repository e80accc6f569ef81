// SPDX-License-Identifier: MIT
#include "device/settings.hpp"

#include "base/strings.hpp"
#include "device/url.hpp"
#include "glib/config.hpp"
#include "glib/ref.hpp"

#include <gio/gio.h>

#include <string_view>

namespace classcast::device {

namespace {

using glib::Config;

const std::vector<glib::ConfigSection>& known_sections() {
  static const std::vector<glib::ConfigSection> sections = {
      {"server", {"url", "ca_file", "credential_file"}},
      {"camera", {"url", "username", "password_file", "transport", "codec"}},
      {"microphone", {"device", "server"}},
  };
  return sections;
}

constexpr std::uint16_t kRtspPort = 554;   // RFC 2326 §3.2
constexpr std::uint16_t kRtspsPort = 322;  // RFC 7826 §22.2
constexpr std::size_t kMaxCredential = 4096;

tl::unexpected<Error> refuse(const Config& config, std::string_view section, std::string_view key,
                             std::string_view reason) {
  return tl::make_unexpected(config.refuse(section, key, reason));
}

Result<Url> url_of(const Config& config, std::string_view section) {
  auto text = config.required(section, "url");
  if (!text) return fail(text);
  auto url = parse_url(*text);
  if (!url) return refuse(config, section, "url", url.error().message);
  return *url;
}

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

Result<ServerSettings> load_server(const Config& config) {
  auto url = url_of(config, "server");
  if (!url) return fail(url);
  if (auto checked = check_server_url(config, *url); !checked) return fail(checked);
  auto ca_file = config.text("server", "ca_file");
  if (auto checked = check_ca_file(config, ca_file); !checked) return fail(checked);
  if (auto given = config.required("server", "credential_file"); !given) return fail(given);
  auto credential = config.secret_file("server", "credential_file");
  if (!credential) return fail(credential);
  if (credential->empty() || credential->reveal().size() > kMaxCredential) {
    return refuse(config, "server", "credential_file", "the file's first line is not a device credential");
  }
  url->path.clear();
  return ServerSettings{url->bare(), url->host, ca_file, *credential};
}

/// The login may stand in the URL or in its own keys, not in both.
Result<void> take_login(const Config& config, const Url& url, pipelines::CameraSettings& camera) {
  camera.user = config.text("camera", "username", url.user);
  auto password = config.secret_file("camera", "password_file");
  if (!password) return fail(password);
  if (!url.user.empty() && config.has("camera", "username")) {
    return refuse(config, "camera", "username", "the URL holds a user name already; keep one of the two");
  }
  if (!url.password.empty() && !password->empty()) {
    return refuse(config, "camera", "password_file", "the URL holds a password already; keep one of the two");
  }
  camera.password = password->empty() ? url.password : *password;
  if (camera.user.empty() && !camera.password.empty()) {
    return refuse(config, "camera", "password_file", "a password needs a username");
  }
  return {};
}

Result<void> take_choices(const Config& config, CameraChoice& choice) {
  constexpr std::string_view kTransports[] = {"auto", "tcp", "udp"};
  constexpr std::string_view kCodecs[] = {"copy", "vp8"};
  auto transport = config.choice("camera", "transport", kTransports);
  if (!transport) return fail(transport);
  auto codec = config.choice("camera", "codec", kCodecs);
  if (!codec) return fail(codec);
  using pipelines::CameraTransport;
  choice.camera.transport = *transport == "udp" ? CameraTransport::udp : CameraTransport::tcp;
  choice.try_both_transports = *transport == "auto";
  choice.camera.codec = *codec == "vp8" ? pipelines::VideoCodec::vp8 : pipelines::VideoCodec::h264;
  return {};
}

Result<std::optional<CameraChoice>> load_camera(const Config& config) {
  if (!config.has("camera", "url")) {
    for (const auto* key : {"username", "password_file", "transport", "codec"}) {
      if (config.has("camera", key))
        return refuse(config, "camera", "url", "is missing; without it there is no camera");
    }
    return std::optional<CameraChoice>();
  }
  auto url = url_of(config, "camera");
  if (!url) return fail(url);
  if (url->scheme != "rtsp" && url->scheme != "rtsps") {
    return refuse(config, "camera", "url", "must begin with rtsp:// or rtsps://");
  }
  CameraChoice choice;
  choice.camera.url = url->bare();
  choice.host = url->host;
  choice.port = url->port.value_or(url->scheme == "rtsps" ? kRtspsPort : kRtspPort);
  if (auto taken = take_login(config, *url, choice.camera); !taken) return fail(taken);
  if (auto taken = take_choices(config, choice); !taken) return fail(taken);
  return std::optional(choice);
}

Result<std::optional<pipelines::MicrophoneSettings>> load_microphone(const Config& config) {
  if (config.has("microphone", "server") && !config.has("microphone", "device")) {
    return refuse(config, "microphone", "device", "is missing; without it there is no microphone");
  }
  auto device = config.text("microphone", "device", "none");
  if (device == "none") return std::optional<pipelines::MicrophoneSettings>();
  return std::optional(pipelines::MicrophoneSettings{device == "default" ? std::string() : device,
                                                     config.text("microphone", "server")});
}

}  // namespace

Result<Settings> load_settings(const std::filesystem::path& file) {
  auto config = Config::load(file, known_sections());
  if (!config) return fail(config);
  Settings settings;
  auto server = load_server(*config);
  if (!server) return fail(server);
  auto camera = load_camera(*config);
  if (!camera) return fail(camera);
  settings.server = *server;
  settings.camera = *camera;
  auto microphone = load_microphone(*config);
  if (!microphone) return fail(microphone);
  settings.microphone = *microphone;
  if (!settings.camera && !settings.microphone) {
    return refuse(*config, "camera", "url",
                  "neither a camera nor a microphone is configured; nothing to send");
  }
  return settings;
}

}  // namespace classcast::device
