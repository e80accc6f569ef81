// SPDX-License-Identifier: MIT
// What server.conf says, read and checked once.
#pragma once

#include "base/result.hpp"
#include "server/mail_settings.hpp"
#include "server/trusted_proxies.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace classcast::server {

struct Settings {
  /// Where all this stands.
  std::filesystem::path file;
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
  /// As people reach the server, for links in mails; without a slash at the end, empty when nobody said.
  std::string public_url;
  /// Whose X-Forwarded-For is believed.
  TrustedProxies trusted_proxies;
  MailSettings mail;
};

/// Errc::invalid names file, line, section and key.
Result<Settings> load_settings(const std::filesystem::path& file);

/// "[http] listen" and the like: what differs and cannot be changed while the server runs.
std::vector<std::string> needs_restart(const Settings& running, const Settings& fresh);
/// Undoes in `fresh` what needs_restart() names.
void keep_until_restart(const Settings& running, Settings& fresh);

}  // namespace classcast::server
