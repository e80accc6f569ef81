// SPDX-License-Identifier: MIT
// [camera]
#include "base/strings.hpp"
#include "device/settings_parts.hpp"
#include "glib/public_key_pin.hpp"

namespace classcast::device {

using glib::Config;
using pipelines::CameraKind;
using pipelines::CameraTrust;

namespace {

constexpr std::uint16_t kRtspPort = 554;   // RFC 2326 §3.2
constexpr std::uint16_t kRtspsPort = 322;  // RFC 7826 §22.2
constexpr std::int64_t kLeastBitrate = 100;
constexpr std::int64_t kMostBitrate = 20'000;
constexpr std::int64_t kDefaultBitrate = 2500;

/// The login may stand in the URL or in its own keys, not in both.
Result<void> take_login(const Config& config, const Url& url, pipelines::RtspAddress& rtsp) {
  constexpr SecretPlaces kPassword = {"camera-password", "CLASSCAST_CAMERA_PASSWORD"};
  rtsp.user = config.text("camera", "username", url.user);
  auto password = rtsp.user.empty() && !config.has("camera", "password_file")
                      ? Secret()
                      : secret_of(config, "camera", "password_file", kPassword);
  if (!password) return fail(password);
  if (!url.user.empty() && config.has("camera", "username")) {
    return refuse(config, "camera", "username", "the URL holds a user name already; keep one of the two");
  }
  if (!url.password.empty() && config.has("camera", "password_file")) {
    return refuse(config, "camera", "password_file", "the URL holds a password already; keep one of the two");
  }
  rtsp.password = url.password.empty() ? *password : url.password;
  if (rtsp.user.empty() && !rtsp.password.empty()) {
    return refuse(config, "camera", "password_file", "a password needs a username");
  }
  return {};
}

Result<void> take_codec(const Config& config, pipelines::CameraSettings& camera) {
  constexpr std::string_view kCodecs[] = {"auto", "copy", "vp8"};
  auto codec = config.choice("camera", "codec", kCodecs);
  if (!codec) return fail(codec);
  auto bitrate = config.integer("camera", "bitrate", kDefaultBitrate, kLeastBitrate, kMostBitrate);
  if (!bitrate) return fail(bitrate);
  using pipelines::Transcoding;
  camera.codec = *codec == "vp8" ? pipelines::VideoCodec::vp8 : pipelines::VideoCodec::h264;
  camera.transcoding = *codec == "vp8"    ? Transcoding::always
                       : *codec == "copy" ? Transcoding::never
                                          : Transcoding::when_needed;
  camera.bitrate_kbps = static_cast<int>(*bitrate);
  return {};
}

Result<void> take_transport(const Config& config, CameraChoice& choice) {
  constexpr std::string_view kTransports[] = {"auto", "tcp", "udp"};
  auto transport = config.choice("camera", "transport", kTransports);
  if (!transport) return fail(transport);
  using pipelines::CameraTransport;
  choice.camera.rtsp.transport = *transport == "udp" ? CameraTransport::udp : CameraTransport::tcp;
  choice.try_both_transports = *transport == "auto";
  return {};
}

Result<void> take_trust(const Config& config, const Url& url, pipelines::RtspAddress& rtsp) {
  constexpr std::string_view kTrusts[] = {"verify", "pin", "insecure"};
  auto trust = config.choice("camera", "tls", kTrusts);
  if (!trust) return fail(trust);
  const bool given = config.has("camera", "tls") || config.has("camera", "pin_sha256");
  if (given && url.scheme != "rtsps")
    return refuse(config, "camera", "tls", "only an rtsps:// camera has a certificate");
  rtsp.pin_sha256 = config.text("camera", "pin_sha256");
  rtsp.trust = *trust == "pin"        ? CameraTrust::pin
               : *trust == "insecure" ? CameraTrust::anybody
                                      : CameraTrust::authorities;
  if ((rtsp.trust == CameraTrust::pin) != !rtsp.pin_sha256.empty())
    return refuse(config, "camera", "pin_sha256", "tls = pin and pin_sha256 belong together");
  if (!rtsp.pin_sha256.empty() && !glib::is_public_key_pin(rtsp.pin_sha256))
    return refuse(config, "camera", "pin_sha256", "is not the base64 of a SHA-256 (44 characters)");
  return {};
}

Result<void> take_address(const Config& config, std::string_view key, const Url& url, CameraChoice& choice) {
  if (url.scheme != "rtsp" && url.scheme != "rtsps") {
    return refuse(config, "camera", key, "must begin with rtsp:// or rtsps://");
  }
  choice.camera.kind = CameraKind::rtsp;
  choice.camera.rtsp.url = url.bare();
  choice.host = url.host;
  choice.port = url.port.value_or(url.scheme == "rtsps" ? kRtspsPort : kRtspPort);
  return {};
}

/// Keys that say something about an RTSP camera only.
Result<void> refuse_rtsp_keys(const Config& config, std::string_view why) {
  for (const auto* key : {"low_url", "username", "password_file", "transport", "tls", "pin_sha256"}) {
    if (config.has("camera", key)) return refuse(config, "camera", key, why);
  }
  return {};
}

Result<std::optional<CameraChoice>> load_local_camera(const Config& config) {
  if (config.has("camera", "url"))
    return refuse(config, "camera", "device", "a url is given as well; keep one of the two");
  auto checked = refuse_rtsp_keys(config, "is for cameras with a url");
  if (!checked) return fail(checked);
  CameraChoice choice;
  choice.camera.device = config.text("camera", "device");
  choice.camera.kind = choice.camera.device == "test" ? CameraKind::test : CameraKind::usb;
  if (choice.camera.kind == CameraKind::usb && !choice.camera.device.starts_with("/dev/"))
    return refuse(config, "camera", "device", "is neither a path below /dev/ nor \"test\"");
  if (auto taken = take_codec(config, choice.camera); !taken) return fail(taken);
  if (choice.camera.transcoding == pipelines::Transcoding::never)
    return refuse(config, "camera", "codec", "copy is for cameras with a url");
  return std::optional(choice);
}

Result<std::optional<CameraChoice>> load_rtsp_camera(const Config& config) {
  auto url = url_of(config, "camera", "url");
  if (!url) return fail(url);
  CameraChoice choice;
  if (auto taken = take_address(config, "url", *url, choice); !taken) return fail(taken);
  if (auto taken = take_login(config, *url, choice.camera.rtsp); !taken) return fail(taken);
  if (auto taken = take_transport(config, choice); !taken) return fail(taken);
  if (auto taken = take_trust(config, *url, choice.camera.rtsp); !taken) return fail(taken);
  if (auto taken = take_codec(config, choice.camera); !taken) return fail(taken);
  return std::optional(choice);
}

}  // namespace

Result<std::optional<CameraChoice>> load_camera(const Config& config) {
  if (config.text("camera", "device", "none") != "none") return load_local_camera(config);
  if (config.has("camera", "url")) return load_rtsp_camera(config);
  for (const auto* key : {"low_url", "username", "password_file", "transport", "codec", "bitrate", "tls"}) {
    if (config.has("camera", key))
      return refuse(config, "camera", "url", "is missing; without it there is no camera");
  }
  return std::optional<CameraChoice>();
}

Result<std::optional<CameraChoice>> load_low_camera(const Config& config,
                                                    const std::optional<CameraChoice>& main) {
  if (!main || !config.has("camera", "low_url")) return std::optional<CameraChoice>();
  auto url = url_of(config, "camera", "low_url");
  if (!url) return fail(url);
  auto choice = *main;
  if (auto taken = take_address(config, "low_url", *url, choice); !taken) return fail(taken);
  if (!url->user.empty() || !url->password.empty()) {
    if (!main->camera.rtsp.user.empty() && url->user != main->camera.rtsp.user)
      return refuse(config, "camera", "low_url", "holds another user name than the main stream's");
    choice.camera.rtsp.user = url->user;
    choice.camera.rtsp.password = url->password;
  }
  return std::optional(choice);
}

}  // namespace classcast::device
