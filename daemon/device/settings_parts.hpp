// SPDX-License-Identifier: MIT
// The sections of classroom.conf, one loader each, for settings.cpp alone.
#pragma once

#include "device/settings.hpp"
#include "device/url.hpp"
#include "glib/config.hpp"

#include <optional>
#include <string_view>

namespace classcast::device {

tl::unexpected<Error> refuse(const glib::Config& config, std::string_view section, std::string_view key,
                             std::string_view reason);
/// The URL under this key, which must be there.
Result<Url> url_of(const glib::Config& config, std::string_view section, std::string_view key);

/// Where a secret may stand besides the file that a key names.
struct SecretPlaces {
  const char* credential;   ///< systemd's $CREDENTIALS_DIRECTORY/NAME (systemd.exec(5), LoadCredential=)
  const char* environment;  ///< variable
};
/// The first line of the key's file, else of the systemd credential, else the variable; empty when there is
/// none.
Result<Secret> secret_of(const glib::Config& config, std::string_view section, std::string_view key,
                         const SecretPlaces& places);

Result<ServerSettings> load_server(const glib::Config& config);
Result<std::optional<CameraChoice>> load_camera(const glib::Config& config);
/// The camera's sub stream: everything but the address is the main stream's.
Result<std::optional<CameraChoice>> load_low_camera(const glib::Config& config,
                                                    const std::optional<CameraChoice>& main);
Result<std::optional<MicrophoneChoice>> load_microphone(const glib::Config& config,
                                                        const std::optional<CameraChoice>& camera);

}  // namespace classcast::device
