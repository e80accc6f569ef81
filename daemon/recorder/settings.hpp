// SPDX-License-Identifier: MIT
// What recorder.conf says, read and checked once.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace classcast::recorder {

struct Settings {
  std::string server_url;  ///< without a slash at the end
  /// Read anew for every connection: the server makes it at its first start.
  std::filesystem::path credential_file;
  std::string ca_file;
  std::filesystem::path storage;
  std::filesystem::path fallback;
  std::filesystem::path state_directory;
  std::string listen_address;
  std::uint16_t listen_port = 0;
  std::string files_url;  ///< as the server reaches it; empty: made of `listen`
  std::filesystem::path public_key_file;
};

/// Errc::invalid names file, line, section and key.
Result<Settings> load_settings(const std::filesystem::path& file);

}  // namespace classcast::recorder
