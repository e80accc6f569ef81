// SPDX-License-Identifier: MIT
// The settings of classroom.conf, checked: what this returns can be used without further questions.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "pipelines/camera.hpp"
#include "pipelines/microphone.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace classcast::device {

struct ServerSettings {
  std::string url;  ///< https://host:port, without a slash at the end
  std::string host;
  std::string ca_file;  ///< trust anchor; empty: the system's
  Secret credential;
};

struct CameraChoice {
  pipelines::CameraSettings camera;
  std::string host;
  std::uint16_t port = 554;
  bool try_both_transports = true;  ///< TCP first, UDP when the camera refuses it
};

struct Settings {
  ServerSettings server;
  std::optional<CameraChoice> camera;
  std::optional<pipelines::MicrophoneSettings> microphone;
};

/// Errc::invalid with "file:line: [section] key: …".
Result<Settings> load_settings(const std::filesystem::path& file);

}  // namespace classcast::device
