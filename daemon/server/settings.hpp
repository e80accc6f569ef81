// SPDX-License-Identifier: MIT
// What server.conf says, read and checked once.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace classcast::server {

struct Settings {
  std::string listen_address;
  std::uint16_t listen_port = 0;
  /// Both empty: the server makes a certificate of its own in the state directory.
  std::filesystem::path certificate_file;
  std::filesystem::path key_file;
  std::string database_url;
  std::filesystem::path state_directory;
  /// Without a slash at the end.
  std::string relay_url;
  std::filesystem::path viewer_directory;
};

/// Errc::invalid names file, line, section and key.
Result<Settings> load_settings(const std::filesystem::path& file);

}  // namespace classcast::server
