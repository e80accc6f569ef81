// SPDX-License-Identifier: MIT
// The settings of classroom.conf, checked: what this returns can be used without further questions.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "glib/config.hpp"
#include "pipelines/camera.hpp"
#include "pipelines/microphone.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace classcast::device {

struct ServerSettings {
  std::string url;  ///< https://host:port, without a slash at the end
  std::string host;
  std::string ca_file;     ///< trust anchor; empty: the system's
  std::string pin_sha256;  ///< the server's public key (glib/public_key_pin.hpp); empty: trust anchors decide
  Secret credential;
  bool operator==(const ServerSettings&) const = default;
};

struct CameraChoice {
  pipelines::CameraSettings camera;
  std::string host;
  std::uint16_t port = 554;
  bool try_both_transports = true;  ///< TCP first, UDP when the camera refuses it
  bool operator==(const CameraChoice&) const = default;
};

struct MicrophoneChoice {
  pipelines::MicrophoneSettings microphone;
  double silence_dbfs = -60;  ///< a level below it counts as silence
  Duration silence_after = 30s;
  bool operator==(const MicrophoneChoice&) const = default;
};

struct Settings {
  ServerSettings server;
  std::optional<CameraChoice> camera;
  std::optional<CameraChoice> low_camera;  ///< the camera's sub stream
  std::optional<MicrophoneChoice> microphone;
  bool on_demand = false;  ///< the relay may pause what nobody watches
};

/// Errc::invalid with "file:line: [section] key: …".
Result<glib::Config> load_config(const std::filesystem::path& file);
Result<Settings> read_settings(const glib::Config& config);
/// Both of them.
Result<Settings> load_settings(const std::filesystem::path& file);

}  // namespace classcast::device
